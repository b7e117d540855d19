import { COLOURS } from './svg.ts'

/** The look of the page: its frames scroll by themselves, so that no phone has to shrink or cut a table. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1f2328;--line:#d0d7de;--soft:#59636e;--back:#f6f8fa;--page:#fff;--link:#0969da}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--line:#30363d;--soft:#9198a1;--back:#161b22;--page:#0d1117;--link:#4493f8}}
*{box-sizing:border-box}
body{margin:0;font:14px/1.5 -apple-system,"Segoe UI",Helvetica,Arial,sans-serif;color:var(--text);background:var(--page)}
main{max-width:1280px;margin:0 auto;padding:24px}
h1{font-size:24px;line-height:1.25;margin:0}h2{font-size:18px;margin:32px 0 12px}p{color:var(--soft);margin:8px 0}
a{color:var(--link)}
.frame{overflow-x:auto;margin:8px 0}
table{border-collapse:collapse;min-width:100%;font-size:13px}
th,td{text-align:left;padding:4px 10px;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}
th{color:var(--soft);font-weight:600}
td:first-child{white-space:normal;min-width:140px;max-width:360px;overflow-wrap:anywhere;font-weight:600}
details{border:1px solid var(--line);border-radius:6px;padding:8px 12px;margin:8px 0}
summary{cursor:pointer;overflow-wrap:anywhere}
pre{background:var(--back);padding:12px;border-radius:6px;overflow:auto;max-height:420px;font-size:12px;margin:8px 0}
pre.log{display:flex;flex-direction:column-reverse}pre code{font:inherit}
li{overflow-wrap:anywhere}
.timeline{display:block;width:100%;min-width:760px;height:auto}
.spark{width:64px;height:16px;vertical-align:middle;margin-left:8px}.spark polyline{fill:none;stroke:var(--soft);stroke-width:1.5}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:8px 0;color:var(--soft);font-size:12px}
.key{display:inline-block;width:22px;height:12px;border-radius:3px;vertical-align:-1px;margin-right:6px}
${Object.entries(COLOURS)
  .map(([status, colour]) => `.key.${status}{background:${colour}}`)
  .join('')}
.key.before{background:#2da44e;opacity:.35}.key.none{border:1px dashed #8c959f}.key.wait{height:0;border-top:2px dotted #8c959f;vertical-align:4px}
@media (max-width:600px){main{padding:16px}h1{font-size:20px}}
`.replaceAll('\n', '')
