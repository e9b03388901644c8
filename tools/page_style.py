"""How pages look, on screen and on paper: model cards, and what is built on them."""

from typing import Final

STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; font-size: 14px }
td, th { border: 1px solid #ccc; padding: .3rem .6rem; text-align: left; overflow-wrap: anywhere }
th { background: #f3f3f3 }
img { max-width: 49%; height: auto }
pre { background: #f3f3f3; padding: .8rem; white-space: pre-wrap }
"""
