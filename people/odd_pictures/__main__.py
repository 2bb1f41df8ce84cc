"""Ask this machine's Chromium what it makes of the odd pictures: ``python -m people.odd_pictures``.

Writes `chromium.csv`: for each picture the size at which it is shown, nothing where it is not, and the colours in the
middle of its quarters as RGB in hexadecimal (upper left, upper right, lower left, lower right), on white paper. Run it
again when pictures are added, and look at what changed.
"""

import base64
import csv

from people.browsers import launched, opened_page
from people.odd_pictures.table import TABLE, Shown, odd_pictures

LOOK = """async (data) => {
    const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
    const picture = new Image();
    picture.src = URL.createObjectURL(new Blob([bytes]));
    await new Promise(done => { picture.onload = picture.onerror = done; });
    const [width, height] = [picture.naturalWidth, picture.naturalHeight];
    if (!width) return null;
    const canvas = Object.assign(document.createElement("canvas"), {width, height});
    const paper = canvas.getContext("2d");
    paper.fillStyle = "white";
    paper.fillRect(0, 0, width, height);
    paper.drawImage(picture, 0, 0);
    const middles = [[1, 1], [3, 1], [1, 3], [3, 3]].map(([x, y]) =>
        [...paper.getImageData(Math.floor(width * x / 4), Math.floor(height * y / 4), 1, 1).data].slice(0, 3));
    return {width, height, colours: middles.map(rgb => rgb.map(value => value.toString(16).padStart(2, "0")).join(""))};
}"""


def main() -> None:
    """Write the table anew."""
    with TABLE.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("name", *Shown._fields))
        for browser in launched():
            for page in opened_page(browser):
                for name, data in odd_pictures().items():
                    seen = page.evaluate(LOOK, base64.b64encode(data).decode())
                    row = (seen["width"], seen["height"], " ".join(seen["colours"])) if seen else (0, 0, "")
                    table.writerow((name, *row))
                print(browser.version)


if __name__ == "__main__":
    main()
