import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { marked } from 'marked'
import { z } from 'zod'

/** The browser that pictures are made with; null when this machine has none. */
export const CHROMIUM =
  ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  ) ?? null

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars'],
]

/** What a browser of this width makes of a page once its scripts have run, without these. */
export function renderedDom(html: string, width = 1040): string {
  return inBrowser(html, (page, flags) =>
    execFileSync(
      String(CHROMIUM),
      [...flags, `--window-size=${width},900`, '--virtual-time-budget=60000', '--dump-dom', page],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 64 * 1024 * 1024,
      },
    ).replace(/<script>.*?<\/script>/gs, ''),
  )
}

/**
 * How a page lies in a browser of this width, in pixels: its own width, and of each frame that scrolls by itself the
 * width and that of what is in it.
 */
export function layoutOf(html: string, width: number): Layout {
  // An inner window: no window of the browser's own is narrower than 500 pixels.
  const inner = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
  const dom = renderedDom(
    `<!doctype html><iframe id="page" width="${width}" height="900" style="border:0"></iframe><pre id="layout"></pre>
<script>
const page = document.getElementById('page')
page.onload = () => {
  const root = page.contentDocument.documentElement
  const frames = [...root.querySelectorAll('.frame')].map((frame) => [frame.clientWidth, frame.scrollWidth])
  document.getElementById('layout').textContent = JSON.stringify({ width: root.scrollWidth, frames })
}
page.srcdoc = ${JSON.stringify(inner).replaceAll('<', '\\u003c')}
</script>`,
    Math.max(width + 50, 600),
  )
  return layoutSchema.parse(JSON.parse(/<pre id="layout">(.*?)<\/pre>/.exec(dom)?.[1] ?? ''))
}

const layoutSchema = z.object({ width: z.number(), frames: z.array(z.tuple([z.number(), z.number()])) })
/** What {@link layoutOf} finds. */
export type Layout = z.output<typeof layoutSchema>

/** A picture of a page. */
export function screenshot(
  html: string,
  file: string,
  [width, height]: readonly [number, number],
  dark = false,
): void {
  inBrowser(html, (page, flags) => {
    const look = dark ? ['--blink-settings=preferredColorScheme=0', '--force-dark-mode'] : []
    const size = [`--window-size=${width},${height}`, '--virtual-time-budget=60000']
    execFileSync(String(CHROMIUM), [...flags, ...look, ...size, `--screenshot=${file}`, page], {
      stdio: 'ignore',
    })
  })
}

function inBrowser<T>(html: string, use: (page: string, flags: string[]) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'acode-page-'))
  try {
    const page = path.join(folder, 'page.html')
    writeFileSync(page, html)
    return use(`file://${page}`, [...FLAGS, `--user-data-dir=${path.join(folder, 'profile')}`])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A summary as GitHub shows it: its Markdown, with what is fenced as `mermaid` drawn. */
export function githubPage(markdown: string, dark = false): string {
  const mermaid = path.resolve(import.meta.dirname, '../../node_modules/mermaid/dist/mermaid.min.js')
  const body = marked
    .parse(markdown, { async: false, gfm: true })
    .replace(/<pre><code class="language-mermaid">(.*?)<\/code><\/pre>/gs, '<pre class="mermaid">$1</pre>')
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><body class="${dark ? 'dark' : ''}">${body}
<script>${readFileSync(mermaid, 'utf8')}</script>
<script>mermaid.initialize({ startOnLoad: true, theme: '${dark ? 'dark' : 'default'}' })</script>`
}

const STYLE = `
body{font:16px/1.5 -apple-system,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;margin:24px;color:#1f2328}
body.dark{background:#0d1117;color:#e6edf3}
table{border-collapse:collapse}th,td{border:1px solid #d0d7de;padding:6px 13px}.dark th,.dark td{border-color:#30363d}
tr:nth-child(2n){background:#f6f8fa}.dark tr:nth-child(2n){background:#161b22}
h2,h3{border-bottom:1px solid #d0d7de;padding-bottom:.3em}
code,pre{background:#eff1f3;border-radius:6px;font:85% ui-monospace,monospace}code{padding:.2em .4em}.dark code,.dark pre{background:#161b22}
pre{padding:16px;overflow:auto}pre code{padding:0}pre.mermaid{background:none}`
