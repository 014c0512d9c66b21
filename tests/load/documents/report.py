"""What documents are held to."""

from tests.load.sfu.report import Bound

BOUNDS = (
    Bound("up_ratio", "20 MB up, all checks counted, beside the store", least=0.5),
    Bound("down_ratio", "20 MB down, beside the store", least=0.3),
    Bound("rss_growth_mb", "16 at once: files process and inspector, MB", most=64),
    Bound("reap_100k_s", "100,000 due objects gone, s", most=180),
    Bound("lateness_p99_s", "1,000 rooms due at once: p99 of late, s", most=5),
)
