/** What the rooms of keys and accounts take from this one: the list inside their documents. */
export { type AccessEntry, newEntry } from './model.ts';
export { createListStore, type ListStore } from './store.ts';
