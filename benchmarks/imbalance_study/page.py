"""The part of a page of the documentation that the command writes."""

BEGIN, END = "<!-- begin of what the command writes -->", "<!-- end of what the command writes -->"


def written_into(page, text):
    """Put text between the two marks of a page.

    Parameters
    ----------
    page : str
        The page.
    text : str
        What is to stand there.

    Returns
    -------
    page : str

    Raises
    ------
    ValueError
        If the page lacks a mark.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        msg = f"The page lacks {BEGIN!r} or {END!r}. Put both where the results belong."
        raise ValueError(msg)
    return f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}"
