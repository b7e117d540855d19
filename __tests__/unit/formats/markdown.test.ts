import { describe, expect, it } from 'vitest'
import { codeCell, escapeCell } from '../../../src/formats/markdown.ts'

/** What GFM makes of a text by itself: marks, links, mentions, emoji, references, lists, headings, HTML. */
const READ_BY_GITHUB = [
  ['_em_ __strong__', '\\_em\\_ \\_\\_strong\\_\\_'],
  ['~~gone~~', '\\~\\~gone\\~\\~'],
  ['@octocat', '&#64;octocat'],
  [':tada: a:b', '&#58;tada&#58; a:b'],
  ['https://x.test', 'https&#58;//x.test'],
  ['www.x.test WWW.x.test', 'www&#46;x.test WWW&#46;x.test'],
  ['me@x.test', 'me&#64;x.test'],
  ['#12 octo/repo#3', '&#35;12 octo/repo&#35;3'],
  ['# heading', '&#35; heading'],
  ['- item', '\\- item'],
  ['1. item', '1\\. item'],
  ['> quote <b>', '&gt; quote &lt;b&gt;'],
  ['a|b `c` [d](e)', 'a\\|b \\`c\\` \\[d\\](e)'],
  ['&amp;', '&amp;amp;'],
] as const

describe('escapeCell (ACT-4, CTN-4)', () => {
  it.each(READ_BY_GITHUB)('leaves %j text', (text, escaped) => {
    expect(escapeCell(text)).toBe(escaped)
    expect(codeCell(text)).toBe(`<code>${escaped}</code>`)
  })

  it.each(['node:22', 'exit 137 (SIGKILL)', '3 min 12 s', '/home/a.b-c/d', 'a: b, c; d'])(
    'leaves %j as it is written',
    (text) => {
      expect(escapeCell(text)).toBe(text)
    },
  )
})
