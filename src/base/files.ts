import { chmodSync, renameSync, writeFileSync } from 'node:fs';

/** Writes a file so that whoever reads it finds the old text or the new one, and never a part. */
export function replaceFile(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode });
  // What is given above is a wish, from which the process's mask takes away.
  chmodSync(`${file}.new`, mode);
  renameSync(`${file}.new`, file);
}
