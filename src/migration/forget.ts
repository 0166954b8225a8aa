import { Checkpoint } from './checkpoint.ts';
import { Deployment } from './deployment.ts';

/** Removes the checkpoint of a migration that will not go on; what it has copied stays. */
export async function forgetMigration(destination: string, id: string): Promise<void> {
  const deployment = await Deployment.connect(destination);
  try {
    await new Checkpoint(deployment.control, id).drop();
  } finally {
    await deployment.close();
  }
}
