import type { Writable } from 'node:stream';

/** As much as stays in a core's cache while it is encrypted and handed to the kernel. */
const SLICE = 1 << 17;
/** Below this, joining pieces is cheaper than sending them one by one. */
const SMALL = 1 << 16;

/**
 * Sends messages in their order, each given as pieces that stay as they are until it is answered. In the clear a large
 * one is handed to the kernel as it is. TLS would encrypt all of it first, into as much memory once more; so it gets one
 * slice after the other.
 */
export class Outbox {
  private readonly socket: Writable;
  private readonly sliced: boolean;
  private readonly queue: Buffer[] = [];
  private busy = false;

  constructor(socket: Writable, tls: boolean) {
    this.socket = socket;
    this.sliced = tls;
  }

  send(pieces: readonly Buffer[], size: number): void {
    if (size < SMALL) {
      const whole = Buffer.concat(pieces, size);
      if (this.busy) this.queue.push(whole);
      else this.socket.write(whole);
    } else if (this.sliced) {
      this.queue.push(...slices(pieces));
      if (!this.busy) this.next();
    } else {
      this.socket.cork();
      for (const piece of pieces) this.socket.write(piece);
      this.socket.uncork();
    }
  }

  private next(): void {
    const slice = this.queue.shift();
    this.busy = slice !== undefined;
    if (!slice) return;
    this.socket.write(slice, (error) => {
      // The socket tells of the error too, and then nothing more is sent.
      if (!error) this.next();
    });
  }
}

function* slices(pieces: readonly Buffer[]): Generator<Buffer> {
  let small: Buffer[] = [];
  for (const piece of pieces) {
    if (piece.length < SMALL) {
      small.push(piece);
      continue;
    }
    if (small.length) yield Buffer.concat(small);
    small = [];
    for (let at = 0; at < piece.length; at += SLICE) yield piece.subarray(at, at + SLICE);
  }
  if (small.length) yield Buffer.concat(small);
}
