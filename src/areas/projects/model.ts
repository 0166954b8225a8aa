import { isDeepStrictEqual } from 'node:util';
import type { EventType } from '../../contract/event-types.ts';
import type { GivenLimit } from './limits.ts';

export interface Tag {
  key: string;
  value: string;
}

/** What a project lets its members and the control plane do; names and first values as Atlas gives them. */
export const newGroupSettings = () => ({
  isAtlasHomePageAiAssistantEnabled: true,
  isClusterAiAssistantEnabled: true,
  isCollectDatabaseSpecificsStatisticsEnabled: true,
  isDataExplorerEnabled: true,
  isDataExplorerGenAIFeaturesEnabled: true,
  isDataExplorerGenAISampleDocumentPassingEnabled: false,
  isDataValidationEnabled: true,
  isExtendedStorageSizesEnabled: false,
  isNativeRerankingEnabled: false,
  isPerformanceAdvisorEnabled: true,
  isRealtimePerformancePanelEnabled: true,
  isSchemaAdvisorEnabled: true,
});

export type GroupSettings = ReturnType<typeof newGroupSettings>;

export interface Project {
  _id: string;
  orgId: string;
  /** Unique within its organization. */
  name: string;
  created: Date;
  tags: Tag[];
  withDefaultAlertsSettings: boolean;
  settings: GroupSettings;
  /** Limits that differ from what everybody has. */
  limits?: GivenLimit[];
  /** Raised by everything created inside, so that a creation and the deletion of the project exclude each other. */
  held: number;
}

/** The same signs as an organization's name, 1 to 64 of them; source: the published interface. */
export const isGroupName = (name: string): boolean => /^[\p{L}\p{N}\-_.(),:&@+' ]{1,64}$/u.test(name);

/** What a change of a project tells of. */
export function projectEvents(before: Project, after: Project): EventType[] {
  const events: EventType[] = [];
  if (before.name !== after.name) events.push('GROUP_NAME_CHANGED');
  if (!isDeepStrictEqual(before.tags, after.tags)) events.push('GROUP_TAGS_MODIFIED');
  if (before.withDefaultAlertsSettings !== after.withDefaultAlertsSettings)
    events.push('GROUP_DEFAULT_ALERTS_SETTINGS_CHANGED');
  return events;
}

/** What a change of a project's settings tells of; those without an event of their own share one. */
export function settingEvents(before: GroupSettings, after: GroupSettings): EventType[] {
  const changed = (Object.keys(after) as (keyof GroupSettings)[]).filter((it) => before[it] !== after[it]);
  const events = changed.map((it): EventType => {
    if (it === 'isDataExplorerEnabled') return after[it] ? 'DATA_EXPLORER_ENABLED' : 'DATA_EXPLORER_DISABLED';
    if (it === 'isExtendedStorageSizesEnabled') return 'PROJECT_ENABLE_EXTENDED_STORAGE_SIZES_UPDATED';
    if (it === 'isDataValidationEnabled') return 'PROJECT_ENABLE_DATA_VALIDATION_UPDATED';
    if (it === 'isCollectDatabaseSpecificsStatisticsEnabled') return 'PROJECT_COLLECT_DATABASE_STATISTICS_UPDATED';
    return 'USER_SECURITY_SETTINGS_UPDATED';
  });
  return [...new Set(events)];
}
