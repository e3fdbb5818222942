"""``pixelmill serve`` with more items in hand at once than its default."""

import sys
from functools import partial

from pixelmill import bootstrap
from pixelmill.cli.main import main

if __name__ == "__main__":
    bootstrap.open_house = partial(bootstrap.open_house, concurrency=int(sys.argv[1]))
    del sys.argv[1]
    main()
