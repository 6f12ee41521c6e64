"""How the browser writes numbers that span many sizes."""

WRITTEN = {
    "0": "0",
    "0.0005": "0.001",
    "0.000499": "5.0·10⁻⁴",
    "-0.25": "−0.250",
    "9.999": "9.999",
    "10": "10.0",
    "999.94": "999.9",
    "1000": "1000",
    "-9999": "−9999",
    "10000": "1.0·10⁴",
    "-1234567": "−1.2·10⁶",
    "1e-12": "1.0·10⁻¹²",
}


def test_a_number_is_a_decimal_where_that_is_short(run_node):
    assert dict(zip(WRITTEN, run_node("numbers.mjs", *WRITTEN), strict=True)) == WRITTEN
