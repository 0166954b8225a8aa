import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { EventType } from '../../contract/event-types.ts';
import { type Cluster, type ClusterQuestions, isUp } from '../clusters/questions.ts';
import type { EventQuestions } from '../events/questions.ts';
import type { MonitoringQuestions } from '../monitoring/questions.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import { type Alert, type Finding, isWatched, type Outlook, turn, type WatchedType, watchedTypes } from './alert.ts';
import type { RaisedStore } from './alert-store.ts';
import type { AlertConfig } from './model.ts';
import { outlookOf } from './outlook.ts';
import type { AlertStore } from './store.ts';

export interface AlertControl {
  configs: AlertStore;
  raised: RaisedStore;
  clusters: Pick<ClusterQuestions, 'all' | 'listIn'>;
  monitoring: MonitoringQuestions;
  projects: Pick<ProjectQuestions, 'within'>;
  events: EventQuestions;
  clock: Clock;
}

type WatchedConfig = AlertConfig & { eventTypeName: WatchedType };
const isWatchedConfig = (it: AlertConfig): it is WatchedConfig => it.enabled && isWatched(it.eventTypeName);

const isChanging = ({ status }: Cluster): boolean => status.state === 'UPDATING';

/**
 * Opens and closes alerts; the key is the project. What is seen for the first time is TRACKING, and opens when a later
 * look still sees it: one look that a busy machine answers late raises nothing.
 */
export function createAlertControl({ configs, raised, clusters, monitoring, projects, events, clock }: AlertControl) {
  /** In one transaction with its event, if it has one; another server may have been faster. */
  async function take(before: Alert, after: Alert): Promise<void> {
    const { orgId, groupId, clusterName, eventTypeName } = after;
    const told: Partial<Record<Alert['status'], EventType>> = {
      OPEN: eventTypeName,
      CLOSED: watchedTypes[eventTypeName],
    };
    const type = after.status === before.status ? undefined : told[after.status];
    await projects.within(groupId, async (tx) => {
      if (!(await raised.replace(before, after, tx)) || !type) return;
      await events.record({ type, orgId, groupId, clusterName, alertId: after._id }, tx);
    });
  }

  const begin = (config: WatchedConfig, finding: Finding, orgId: string, now: Date): Promise<boolean> =>
    raised.insert({
      _id: newId(),
      ...{ groupId: config.groupId, orgId, alertConfigId: config._id, eventTypeName: config.eventTypeName },
      ...finding,
      ...{ status: 'TRACKING', live: true, created: now, updated: now },
    });

  return {
    name: 'alerts',
    list: async (): Promise<string[]> => [
      ...new Set([...(await clusters.all()).map((it) => it.groupId), ...(await raised.groupsWithLive())]),
    ],
    async reconcile(groupId: string, signal: AbortSignal): Promise<undefined> {
      const watched = (await configs.enabledIn(groupId)).filter(isWatchedConfig);
      const live = await raised.live(groupId);
      if (!watched.length && !live.length) return undefined;
      const up: Cluster[] = (await clusters.listIn(groupId)).filter(isUp);
      // What this server itself restarts one by one tells nothing; its alerts stay as they are.
      const [busy, calm] = [up.filter(isChanging), up.filter((it) => !isChanging(it))];
      const seen = (await Promise.all(calm.map((it) => monitoring.look(it)))).filter((it) => it.length);
      const figures = await monitoring.figures(
        calm.map((it) => it._id),
        watched.flatMap((it) => it.metricThreshold?.metricName ?? []),
      );
      const outlooks = new Map<string, Outlook>(watched.map((it) => [it._id, outlookOf(it, seen, figures)]));
      // A server on its way out no longer reaches anybody, which says nothing of them.
      if (signal.aborted) return undefined;
      const now = clock.now();
      for (const before of live) {
        if (busy.some((it) => it._id === before.clusterId)) continue;
        const config = watched.find((it) => it._id === before.alertConfigId);
        const after = turn(before, outlooks.get(before.alertConfigId), config, now);
        if (after === 'nobody') await raised.forget(before);
        else if (after) await take(before, after);
      }
      for (const config of watched)
        for (const finding of outlooks.get(config._id)!.found)
          if (!live.some((it) => it.alertConfigId === config._id && it.subject === finding.subject))
            await begin(config, finding, up[0]!.orgId, now);
    },
  };
}
