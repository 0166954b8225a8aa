/** How long what was allowed may go on after it no longer is, when nobody says so at once. */
const LOOK_MS = 300;

interface Door {
  clusterId: string;
  allowed(): Promise<boolean>;
  shut: AbortController;
}

/**
 * Everything staff are reading at this moment. A door is looked at again and again, and at once when a grant changes;
 * when it is no longer allowed its signal ends whatever goes through it.
 */
export function createDoors(log: { warn(about: object, text: string): void }) {
  const open = new Set<Door>();
  let looking: NodeJS.Timeout | undefined;

  async function look(clusterId?: string): Promise<void> {
    await Promise.all(
      [...open]
        .filter((it) => clusterId === undefined || it.clusterId === clusterId)
        .map(async (door) => {
          // Not to know is not to be allowed.
          const allowed = await door.allowed().catch((err) => {
            log.warn({ err, clusterId: door.clusterId }, 'what staff may read could not be asked');
            return false;
          });
          if (!allowed) door.shut.abort();
        }),
    );
  }

  function rest(): void {
    if (open.size) return;
    clearInterval(looking);
    looking = undefined;
  }

  return {
    look,
    /** Ends whatever is being read: a server that stops waits for nobody who would read for ever. */
    shutAll(): void {
      for (const { shut } of open) shut.abort();
    },
    /** `allowed` is asked anew each time. The door is forgotten when `through` has ended. */
    open(clusterId: string, allowed: () => Promise<boolean>): { signal: AbortSignal; close(): void } {
      const door = { clusterId, allowed, shut: new AbortController() };
      open.add(door);
      looking ??= setInterval(() => void look(), LOOK_MS).unref();
      return {
        signal: door.shut.signal,
        close() {
          open.delete(door);
          rest();
        },
      };
    },
  };
}

export type Doors = ReturnType<typeof createDoors>;
