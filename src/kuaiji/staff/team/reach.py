"""How far a bureau reaches over others: itself, and every bureau whose places it sees as well."""

from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.services import bureaux_under


def bureaux_below(bureau: FinanceBureau) -> list[FinanceBureau]:
    """``bureau`` and those below it, in printed order."""
    return list(FinanceBureau.objects.filter(pk__in=bureaux_under(bureau)))
