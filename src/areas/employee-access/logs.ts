import { type FileHandle, open } from 'node:fs/promises';

const BLOCK = 64 * 1024;
const CHECK_MS = 1_000;
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

/** The last lines of a log, in blocks. Ends early when access ends while a slow reader still reads. */
export async function* logLines(
  path: string,
  lines: number,
  stillAllowed: () => Promise<boolean>,
): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let checked = Date.now();
    for (let at = await offsetOf(file, size, lines); at < size; ) {
      if (Date.now() - checked > CHECK_MS) {
        if (!(await stillAllowed())) return;
        checked = Date.now();
      }
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(BLOCK, size - at)), 0, undefined, at);
      if (!bytesRead) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
