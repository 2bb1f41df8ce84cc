"""The walk of the chapter on photos by receipt: another made-up person, on the platform where photos come so."""

from guide.people import someone
from guide.walk import Guide
from people.photo_receipts import beside, receipt_for
from people.walker import CODE


class ReceiptGuide(Guide):
    """Registered, and at the photo of step 3."""

    def walk(self) -> None:
        """From the door to the photo."""
        self.person = someone("王示例", seed="receipt", phone="13600000000")
        self.walker.register(self.person)
        self.walker.open("/")
        door = self.page.locator(".k-door").first
        self.take("receipt-door", door.locator("b"), first=self.page.locator("#services"), last=door)
        self.walker.open("/collection/notice/")
        self.walker.fill({"truthful": "on"})
        self.walker.press("下一步")
        self.walker.fill({CODE: receipt_for(beside(self.walker.address), self.person)})
        self.take("receipt-code", self.field(CODE), self.button("获取照片"), first=self.part("照片和证件"))
        self.walker.press("获取照片")
        self.take(
            "receipt-photo",
            self.page.locator(".k-received img").first,
            self.field(CODE),
            first=self.part("照片和证件"),
            last=self.button("获取照片"),
        )
