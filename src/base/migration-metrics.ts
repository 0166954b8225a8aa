import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Registry } from 'prom-client';
import { secondsLeft } from './meter.ts';
import type { MigrationProgress } from './migration-progress.ts';

type Figure = [name: string, help: string, of: (p: MigrationProgress) => number | undefined];

/** What has no value at a moment has no sample then. Namespaces are counted and not named: there may be very many. */
const figures: Figure[] = [
  ['bytes_copied', 'Bytes of documents that the initial copy has moved.', (p) => p.bytesCopied],
  ['bytes_total', 'Bytes of documents that the source held when the copy began.', (p) => p.bytesTotal],
  ['documents_copied', 'Documents that the initial copy has moved.', (p) => p.documentsCopied],
  ['documents_total', 'Documents that the source held when the copy began.', (p) => p.documentsTotal],
  ['collections_copied', 'Collections whose initial copy is done.', (p) => p.collectionsCopied],
  ['collections_total', 'Collections that are migrated.', (p) => p.collectionsTotal],
  ['copy_bytes_per_second', 'Rate of the initial copy over the last seconds.', (p) => p.bytesPerSecond],
  ['copy_allowed_bytes_per_second', 'What the initial copy is held to, if anything.', (p) => p.bytesPerSecondAllowed],
  ['copy_documents_per_second', 'Rate of the initial copy over the last seconds.', (p) => p.documentsPerSecond],
  ['copy_seconds_left', 'What is left of the initial copy at its present rate.', secondsLeft],
  ['changes_applied', 'Changes of the source that were applied to the destination.', (p) => p.changesApplied],
  ['lag_seconds', 'How far the destination is behind the source.', (p) => p.lagSeconds],
  ['ready_for_cutover', '1 once the destination is seconds behind the source.', (p) => Number(p.readyForCutover)],
];

export type MigrationMetrics = ReturnType<typeof createMigrationMetrics>;

/** The figures of running migrations for a Prometheus to read. */
export function createMigrationMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const gauges = figures.map(([name, help, of]) => {
    const gauge = new Gauge({ name: `telamon_migration_${name}`, help, labelNames: ['migration'], registers });
    return { gauge, of };
  });
  const phases = new Gauge({
    ...{ name: 'telamon_migration_phase', help: '1 for the phase that a migration is in.' },
    ...{ labelNames: ['migration', 'phase'] as const, registers },
  });
  const ends = new Counter({
    ...{ name: 'telamon_migrations_ended_total', help: 'Migrations that this process has brought to their end.' },
    ...{ labelNames: ['outcome'] as const, registers },
  });
  for (const outcome of ['complete', 'failed']) ends.inc({ outcome }, 0);
  const inPhase = new Map<string, string>();

  return {
    note(migration: string, p: MigrationProgress): void {
      for (const { gauge, of } of gauges) {
        const value = of(p);
        if (value === undefined) gauge.remove({ migration });
        else gauge.set({ migration }, value);
      }
      const before = inPhase.get(migration);
      if (before === p.phase) return;
      if (before) phases.remove({ migration, phase: before });
      phases.set({ migration, phase: p.phase }, 1);
      inPhase.set(migration, p.phase);
    },
    /** What has ended is counted, and no longer shown by itself. */
    ended(migration: string, outcome: 'complete' | 'failed'): void {
      for (const { gauge } of gauges) gauge.remove({ migration });
      const phase = inPhase.get(migration);
      if (phase) phases.remove({ migration, phase });
      inPhase.delete(migration);
      ends.inc({ outcome });
    },
    /** Answers `/metrics` until it is closed; rejects when the address cannot be had. */
    async serve(port: number, host: string): Promise<{ url: string; close(): void }> {
      const server = createServer((request, response) => {
        if (request.url !== '/metrics') return void response.writeHead(404).end();
        void registry.metrics().then((text) => {
          response.writeHead(200, { 'content-type': registry.contentType }).end(text);
        });
      });
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
      // Whoever only looks on keeps no process alive.
      server.unref();
      const { port: taken } = server.address() as AddressInfo;
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics`, close };
    },
  };
}
