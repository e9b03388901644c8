"""How the page looks, on screen and on paper."""

from typing import Final

from tools.page_style import STYLE as CARD_STYLE

STYLE: Final = (
    CARD_STYLE
    + """
.verdict { border-left: .4rem solid #1f77b4; background: #f3f7fb; padding: .2rem 1.2rem }
.verdict p:first-child { font-size: 1.25rem; font-weight: 600 }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.tiles { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0 }
.tile { border: 1px solid #ccc; padding: .5rem 1rem; flex: 1 1 9rem }
.tile b { display: block; font-size: 1.5rem }
.fixed { white-space: nowrap }
section img { max-width: 34rem; width: 100%; display: block }
.matrix tr:nth-child(1) td:nth-child(2), .matrix tr:nth-child(2) td:nth-child(3),
.matrix tr:nth-child(3) td:nth-child(4) { background: #f3f3f3; color: #666 }
.note { color: #555; font-size: 14px }
@media print {
  body { margin: 0; font-size: 12px }
  h2 { break-after: avoid }
  table, img, .verdict, .tiles { break-inside: avoid }
  .movers table { break-inside: auto }
  tr { break-inside: avoid }
}
"""
)
