"""What a line of a list is, in few words that one index finds together: rare ones among millions. Pure."""


def facets_of(*, status: str, title: str, schooling: str, gender: str, code_meant: bool) -> list[str]:
    """The facets of a line with these columns."""
    found = [status_facet(status), f"title:{title}", f"schooling:{schooling}", f"gender:{gender}"]
    return [*found, CODE_MEANT] if code_meant else found


def status_facet(status: str) -> str:
    """The facet of a 采集状态."""
    return f"status:{status}"


CODE_MEANT = "code_meant"
