import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { links } from '../../kernel/wire.ts';
import { newGroupSettings, type Project } from './model.ts';

const TagWire = Type.Object(
  { key: Type.String({ minLength: 1, maxLength: 255 }), value: Type.String({ minLength: 1, maxLength: 255 }) },
  { additionalProperties: false },
);

export const CreateProject = Type.Object(
  {
    name: Type.String(),
    orgId: Type.String(),
    tags: Type.Optional(Type.Array(TagWire)),
    withDefaultAlertsSettings: Type.Optional(Type.Boolean()),
    // Clients that send back what they read include these; they are the server's to say.
    id: Type.Optional(Type.String()),
    clusterCount: Type.Optional(Type.Integer()),
    created: Type.Optional(Type.String()),
    links: Type.Optional(Type.Array(Type.Unknown())),
    regionUsageRestrictions: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

export const UpdateProject = Type.Object(
  {
    name: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(TagWire)),
    withDefaultAlertsSettings: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export const ProjectReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  orgId: Type.String(),
  clusterCount: Type.Integer(),
  created: Type.String(),
  tags: Type.Array(TagWire),
  links,
  withDefaultAlertsSettings: Type.Optional(Type.Boolean()),
});

/** What a creation answers; see writeNewProject. */
export const NewProjectReply = Type.Object({
  ...ProjectReply.properties,
  tags: Type.Optional(Type.Array(TagWire)),
});

export const GroupSettingsWire = Type.Object(
  Object.fromEntries(Object.keys(newGroupSettings()).map((name) => [name, Type.Optional(Type.Boolean())])),
  { additionalProperties: false },
);

/** A project with what its cluster room says of it. */
export interface SeenProject {
  project: Project;
  clusterCount: number;
}

const parts = ['containers', 'clusters', 'databaseUsers', 'peers', 'processes', 'whitelist'];

export const writeProject = ({ project, clusterCount }: SeenProject, links: Links) => ({
  id: project._id,
  name: project.name,
  orgId: project.orgId,
  clusterCount,
  created: wireInstant(project.created),
  tags: project.tags,
  withDefaultAlertsSettings: project.withDefaultAlertsSettings,
  links: [
    links.self(`/groups/${project._id}`),
    ...(links.inList ? [] : parts.map((it) => links.rel(`/groups/${project._id}/${it}`, it))),
  ],
});

/** The answer to a creation leaves out the tags that there are none of; every later one shows them. */
export const writeNewProject = (seen: SeenProject, links: Links) => {
  const { tags, ...rest } = writeProject(seen, links);
  return tags.length ? { ...rest, tags } : rest;
};
