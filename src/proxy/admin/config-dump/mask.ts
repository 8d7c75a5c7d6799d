import { messageSchema } from '../../../bootstrap/schema/schema.ts';

type Json = Record<string, unknown>;

/** A field mask as a tree: `a.b,c` keeps `b` of `a`, and `c` whole. */
export type Mask = Map<string, Mask>;

export function parseMask(text: string): Mask {
  const root: Mask = new Map();
  for (const path of text.split(',')) {
    let at = root;
    for (const step of path.trim().split('.')) {
      let next = at.get(step);
      if (next === undefined) {
        next = new Map();
        at.set(step, next);
      }
      at = next;
    }
  }
  return root;
}

/** Whether the mask names fields of the message, and of the messages in it. A path may not go into a list. */
export function fits(mask: Mask, type: string): boolean {
  const schema = messageSchema(type);
  if (schema === undefined) return true;
  for (const [name, inner] of mask) {
    const field = schema.fields.get(name);
    if (field === undefined) return false;
    if (inner.size === 0) continue;
    if (field.repeated || field.mapKey !== undefined) return false;
    if (field.type.kind === 'message' && !fits(inner, field.type.name)) return false;
  }
  return true;
}

/** What the mask leaves of a printed message. */
export function applyMask(mask: Mask, message: Json): Json {
  const kept: Json = {};
  for (const [name, value] of Object.entries(message)) {
    if (name === '@type') kept[name] = value;
    const inner = mask.get(name);
    if (inner === undefined) continue;
    const isMessage = typeof value === 'object' && value !== null && !Array.isArray(value);
    kept[name] = inner.size > 0 && isMessage ? applyMask(inner, value as Json) : value;
  }
  return kept;
}
