import type { EditMap } from '../document/edit/node.ts';
import type { Migration } from './migration.ts';

/** How messages of one type become v3; the fields below them are migrated after it. */
export interface Rule {
  /** The v3 name of the message. */
  readonly of: string;
  /** Changes the message in place. Its keys are in snake_case already. */
  apply(message: EditMap, migration: Migration): void;
}

/** A rule that only gives fields new names. */
export function renames(of: string, names: Readonly<Record<string, string>>): Rule {
  return {
    of,
    apply(message) {
      for (const [name, to] of Object.entries(names)) if (!message.has(to)) message.rename(name, to);
    },
  };
}
