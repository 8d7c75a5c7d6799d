import type { Links } from '../links/links.ts';
import { refreshOutward } from '../links/response-headers.ts';
import type { StartTag } from './start-tag.ts';

/** Attributes whose value is a link, on whatever element. */
const linkAttributes = new Set([
  'action',
  'background',
  'data',
  'formaction',
  'href',
  'manifest',
  'poster',
  'src',
  'xlink:href',
]);

/** The tag's text, with the links in its attributes as the browser has to see them. */
export function tagWithLinks(text: string, from: number, tag: StartTag, links: Links): string {
  let written = '';
  let at = from;
  for (const attribute of tag.attributes) {
    const value = attributeValue(tag, attribute.name, attribute.value, links);
    if (value === attribute.value) continue;
    written += text.slice(at, attribute.start) + value;
    at = attribute.end;
  }
  return written + text.slice(at, tag.end);
}

function attributeValue(tag: StartTag, name: string, value: string, links: Links): string {
  if (linkAttributes.has(name)) return links.outward(value);
  if (name === 'srcset' || name === 'imagesrcset') {
    return value.replace(
      /(^|,\s+|,(?=\/))(\s*)([^\s,]\S*)/g,
      (_, before: string, gap: string, link: string) => {
        return `${before}${gap}${links.outward(link)}`;
      },
    );
  }
  if (name === 'ping') return value.replace(/\S+/g, (link) => links.outward(link));
  if (tag.name !== 'meta' || name !== 'content') return value;
  const meta = (attribute: string) =>
    tag.attributes
      .find((candidate) => candidate.name === attribute)
      ?.value.trim()
      .toLowerCase();
  if (meta('http-equiv') === 'refresh') return refreshOutward(value, links);
  // As the header is set: the Referer tells which page a request belongs to.
  return meta('name') === 'referrer' ? 'same-origin' : value;
}
