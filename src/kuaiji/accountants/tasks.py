"""Jobs: the rows of lists for records of before there were any."""

from procrastinate.contrib.django import app

from kuaiji.accountants.listing.services import fill_list_rows


@app.periodic(cron="7 * * * *", periodic_id="accountants.fill_lists")
@app.task(name="accountants.fill_lists", queueing_lock="accountants.fill_lists")
def fill_lists(timestamp: int) -> None:
    """Give rows to records that have none."""
    fill_list_rows()
