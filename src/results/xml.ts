import sax from 'sax'
import type { Chunks } from './test-case.ts'

/** What is read of an XML document, in its order. */
export interface XmlReader {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text(text: string): void
  close(name: string): void
}

/** Deeper than any report; each level costs memory until it ends. */
const MOST_DEPTH = 200
const MOST_ATTRIBUTES = 500
/** The longest attribute, comment or name; the library's own bound is 64 KiB. */
const LONGEST_PIECE = 1024 * 1024

/**
 * Reads XML as it comes, so that its length costs no memory. Entities are the five of XML and characters by number:
 * what a document declares itself is never expanded. Names lose their prefix.
 * @throws Error when the document is none, ends in its middle, or goes over a bound
 */
export async function readXml(chunks: Chunks, reader: XmlReader): Promise<void> {
  Object.assign(sax, { MAX_BUFFER_LENGTH: LONGEST_PIECE })
  const parser = sax.parser(true, {})
  let depth = 0
  let attributes = 0
  parser.onerror = ({ message }) => {
    throw new Error(message.split('\n')[0])
  }
  parser.onopentagstart = () => {
    attributes = 0
    if (++depth > MOST_DEPTH) throw new Error(`it is nested more than ${MOST_DEPTH} deep`)
  }
  parser.onattribute = () => {
    if (++attributes > MOST_ATTRIBUTES) throw new Error(`a tag has more than ${MOST_ATTRIBUTES} attributes`)
  }
  parser.onopentag = ({ name, attributes: all }) => {
    const texts = Object.entries(all).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : value.value,
    ])
    reader.open(localName(name), Object.fromEntries(texts))
  }
  parser.onclosetag = (name) => {
    depth--
    reader.close(localName(name))
  }
  parser.ontext = (text) => reader.text(text)
  parser.oncdata = (text) => reader.text(text)
  for await (const chunk of chunks) parser.write(chunk)
  parser.close()
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)
