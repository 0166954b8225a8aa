import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const BLOCK = 64 * 1024;
const FOLLOW_MS = 200;
const NEWLINE = 10;

/** Where the last `lines` lines of the first `size` bytes begin. */
async function offsetOf(file: FileHandle, size: number, lines: number): Promise<number> {
  const block = Buffer.alloc(BLOCK);
  let left = lines;
  // The newline that ends the last line begins no other one.
  for (let end = size - 1; end > 0; ) {
    const start = Math.max(0, end - BLOCK);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    for (let at = bytesRead - 1; at >= 0; at--) if (block[at] === NEWLINE && --left === 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/** The last lines of a log, in blocks; with `follow` also those that are yet to come, until the signal. */
export async function* logLines(
  path: string,
  { lines, follow, signal }: { lines: number; follow: boolean; signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    let { size } = await file.stat();
    for (let at = await offsetOf(file, size, lines); !signal.aborted; ) {
      if (at < size) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(BLOCK, size - at)), 0, undefined, at);
        if (!bytesRead) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
        continue;
      }
      if (!follow) return;
      // Ends early only because of the signal, which the loop sees. mongod writes to the file and tells nobody.
      await wait(FOLLOW_MS, undefined, { signal }).catch(() => {});
      ({ size } = await file.stat());
      at = Math.min(at, size);
    }
  } finally {
    await file.close();
  }
}

/** A file in blocks. */
export async function* fileBytes(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    for (let at = 0; ; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(BLOCK), 0, BLOCK, at);
      if (!bytesRead) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
