/** One wish for the sample data in one cluster. */
export interface SampleLoad {
  _id: string;
  groupId: string;
  clusterId: string;
  clusterName: string;
  state: 'WORKING' | 'COMPLETED' | 'FAILED';
  created: Date;
  completed?: Date;
  errorMessage?: string;
}

/** How long the outcome can be asked for. */
export const KEPT_DAYS = 30;
