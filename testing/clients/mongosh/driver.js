// What the shell is told by its --file: see ../drivers.test.ts for what it is asked.
const things = db.getSiblingDB('shop').things;
things.insertOne({ driver: 'mongosh' });
if (things.countDocuments({ driver: 'mongosh' }) === 0) throw new Error('nothing was written');
const [{ user }] = db.adminCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers;
console.log('in as', user);
for (let asked = false; !asked; sleep(100))
  try {
    asked = require('node:fs').readSync(0, Buffer.alloc(1)) === 1;
  } catch (error) {
    // A pipe that holds nothing yet.
    if (error.code !== 'EAGAIN') throw error;
  }
try {
  things.insertOne({ driver: 'mongosh' });
  console.log('then: nothing');
} catch (error) {
  console.log('then:', error.message);
}
