/** What one comparison found. */
export interface Difference {
  namespace: string;
  what: 'missing' | 'extra' | 'count' | 'content' | 'options' | 'indexes';
  detail: string;
}

/** Takes down a difference. */
export type Note = (namespace: string, what: Difference['what'], detail: string) => void;
