import { AgentEnded } from './ended.ts';

export interface MetricsFlags {
  /** Where a Prometheus reads the figures; not at all where it is absent. */
  metricsPort?: number;
  metricsHost: string;
}

/** Lets a Prometheus read the figures when it is asked for, and says where. */
export async function openMetrics({ metricsPort, metricsHost }: MetricsFlags, say: (line: string) => void) {
  if (metricsPort === undefined) return undefined;
  const { createMigrationMetrics } = await import('../base/migration-metrics.ts');
  const metrics = createMigrationMetrics();
  try {
    const { url, close } = await metrics.serve(metricsPort, metricsHost);
    say(`Metrics at ${url}`);
    return { ...metrics, close };
  } catch (error) {
    const { message } = error as Error;
    throw new AgentEnded(`No metrics on ${metricsHost}:${metricsPort}: ${message}. Choose another --metrics-port.`);
  }
}
