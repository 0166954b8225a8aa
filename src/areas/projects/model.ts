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
  /** Raised by everything created inside, so that a creation and the deletion of the project exclude each other. */
  held: number;
}

/** The same signs as an organization's name, 1 to 64 of them; source: the published interface. */
export const isGroupName = (name: string): boolean => /^[\p{L}\p{N}\-_.(),:&@+' ]{1,64}$/u.test(name);
