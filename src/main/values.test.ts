import assert from 'node:assert/strict';
import { test } from 'node:test';
import { door, zone } from './values.ts';

test('a zone of the name service, and what can be none', () => {
  assert.equal(zone('DB.Example.com.'), 'db.example.com');
  for (const it of ['local', 'a..b', '-a.example', 'a_b.example', 'a b.example', `${'a'.repeat(64)}.example`, ''])
    assert.throws(() => zone(it), { code: 'commander.invalidArgument' }, it);
  assert.throws(() => zone(`${'a.'.repeat(90)}example`), /180 signs/);
});

test('an address and a port', () => {
  assert.deepEqual(door('127.0.0.1:8053'), { host: '127.0.0.1', port: 8_053 });
  assert.deepEqual(door('[::1]:53'), { host: '::1', port: 53 });
  for (const it of ['8053', 'localhost:8053', '127.0.0.1', '127.0.0.1:99999', '[127.0.0.1:1'])
    assert.throws(() => door(it), { code: 'commander.invalidArgument' }, it);
});
