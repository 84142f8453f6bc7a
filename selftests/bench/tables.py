# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench's rows as text, see report.py."""


def show(parts: dict[str, list[dict]]) -> None:
    for part, print_rows in (("rates", _rates), ("instructions", _instructions),
                             ("memory", _memory)):
        if part in parts:
            print()
            print_rows(parts[part])


def number(value: float) -> str:
    """Three digits that count."""
    unit = ""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k"), (0, "")):
        if value >= limit:
            break
    value /= {"G": 1e9, "M": 1e6, "k": 1e3, "": 1}[unit]
    return f"{value:.{max(0, 2 - len(str(int(value))) + (value >= 1))}f}{unit}"


def _pair(row: dict, width: int = 6) -> str:
    return f"{number(row['stock']):>{width}} {number(row['ours']):>{width}}"


def _rates(rows: list[dict]) -> None:
    print(f"{'':19} {'stock':>6} {'ours':>6} {'':5} {'ratio':>6} {'rounds':>10} {'CPU':>5} "
          f"{'kicks / MiB or trip':>21} {'interrupts':>15}")
    for row in rows:
        low, high = min(row["ratios"]), max(row["ratios"])
        medians = {driver: row[driver]["median"] for driver in ("stock", "ours")}
        print(f"{row['title']:19} {_pair(medians)} {row['stock']['unit']:5} {row['ratio']:6.2f} "
              f"{f'{low:.2f}-{high:.2f}':>10} {row['cpu_ratio']:5.2f} "
              f"{_pair(row['kicks'], 10)} {_pair(row['interrupts'], 7)}")
    print()
    print("ratio: how many times faster ours is; rounds: its range over the rounds;")
    print("CPU: how many times less CPU time QEMU spends, the guest and its devices together")


def _instructions(rows: list[dict]) -> None:
    print(f"{'instructions of the guest':38} {'stock':>7} {'ours':>7} {'ratio':>6} {'spread':>8}")
    for row in rows:
        print(f"{row['title']:29} per {row['per']:4} {_pair(row, 7)} {row['ratio']:6.2f} "
              f"{100 * row['spread']:7.3f}%")
    print()
    print("ratio: how many times fewer ours needs; spread: of all rounds, the wider of the two")


def _memory(rows: list[dict]) -> None:
    print(f"{'KiB for each port':18} {'bound, never opened':>20} {'more when open':>17}")
    print(f"{'':18} {'stock':>10} {'ours':>9} {'stock':>8} {'ours':>8}")
    for row in rows:
        stock, ours = row["stock"], row["ours"]
        missing = f"   stock finds {stock['found']}" if stock["found"] < row["ports"] else ""
        print(f"{row['ports']:4} port{'s' if row['ports'] > 1 else ' '}         "
              f"{stock['idle']:10.1f} {ours['idle']:9.1f} {stock['opened']:8.1f} "
              f"{ours['opened']:8.1f}{missing}")
