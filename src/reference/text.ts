export const languages = ['en', 'ja'] as const;
export type Language = (typeof languages)[number];

/** A title and what else is worth knowing, in each language. */
export type Text = Readonly<Record<Language, readonly [title: string, about: string]>>;

/** What the reference says of the operations of one tag. Tags are Atlas's, so that they are found where one looks. */
export interface TagTexts {
  tag: Readonly<Record<Language, string>>;
  /** By the operation's id. */
  operations: Readonly<Record<string, Text>>;
}
