/**
 * The questions of the original dashboard as views over the project tables. Volume spikes and trend reversals are by
 * the definitions of `volumeSpikes` and `trendReversals`, with their defaults. `$NEWEST_DAY` stands for the newest day
 * of `processed/tickers`.
 */
export const INSIGHT_VIEWS: readonly {
  readonly name: string;
  readonly answers: string;
  readonly sql: string;
}[] = [
  {
    name: 'top_performers',
    answers: 'the newest ticker of each symbol of the table’s last two days, the greatest rise in 24 h first',
    sql: `
      SELECT rank() OVER (ORDER BY priceChangePercent DESC) AS rank, symbol, price, priceChange, priceChangePercent,
        quoteVolume, event_time
      FROM (
        FROM processed.tickers WHERE date >= $NEWEST_DAY - 1
        QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY event_time DESC) = 1
      )
      ORDER BY rank, symbol`,
  },
  {
    name: 'volume_spikes',
    answers:
      'closed candles whose volume stands out from that of the 60 before, by median and median deviation',
    sql: `
      SELECT symbol, interval, open_time, volume, median_volume, volume / median_volume AS ratio,
        (volume - median_volume) / scale AS z_score,
        CASE WHEN close > open THEN 'up' WHEN close < open THEN 'down' ELSE 'flat' END AS direction, date
      FROM (
        SELECT *, CASE WHEN mad > 0 THEN mad * 1.4826022185056018
          ELSE list_avg(list_transform(before, lambda v: abs(v - median_volume))) * 1.2533141373155001 END AS scale
        FROM (
          SELECT *, median(volume) OVER before AS median_volume, mad(volume) OVER before AS mad,
            list(volume) OVER before AS before
          FROM processed.candles
          WINDOW before AS (PARTITION BY symbol, interval ORDER BY open_time ROWS BETWEEN 60 PRECEDING AND 1 PRECEDING)
        )
        WHERE len(before) = 60 AND volume > median_volume AND volume >= 2 * median_volume
      )
      WHERE (volume - median_volume) / scale >= 5`,
  },
  {
    name: 'trend_reversals',
    answers: 'where the exponential average of 9 closes crosses that of 21',
    sql: `
      SELECT symbol, interval, open_time, CASE WHEN side > 0 THEN 'up' ELSE 'down' END AS direction, price,
        (price / lag(price) OVER (PARTITION BY symbol, interval ORDER BY open_time) - 1) * 100 AS move_since_percent,
        date
      FROM (
        SELECT *, lag(side) OVER (PARTITION BY symbol, interval ORDER BY open_time) AS side_before
        FROM (
          SELECT symbol, interval, open_time, close AS price, date, sign(ema(closes, 9) - ema(closes, 21)) AS side
          FROM (
            SELECT *, list(close) OVER (PARTITION BY symbol, interval ORDER BY open_time ROWS 251 PRECEDING) AS closes
            FROM processed.candles
          )
          WHERE len(closes) >= 21
        )
        WHERE side <> 0
      )
      WHERE side_before <> side`,
  },
  {
    name: 'hourly_summary',
    answers: 'each symbol’s hours: prices, range, volume and trades out of its 1-minute candles',
    sql: `
      SELECT symbol, time_bucket(INTERVAL 1 hour, open_time) AS hour, arg_min(open, open_time) AS open,
        max(high) AS high, min(low) AS low, arg_max(close, open_time) AS close,
        (arg_max(close, open_time) / arg_min(open, open_time) - 1) * 100 AS change_percent,
        sum(quoteVolume) / nullif(sum(volume), 0) AS average_price, sum(volume) AS volume,
        sum(quoteVolume) AS quote_volume, CAST(sum(tradeCount) AS BIGINT) AS trades, count(*) AS minutes, date
      FROM processed.candles WHERE interval = '1m'
      GROUP BY symbol, hour, date`,
  },
];

/** What the views need: an exponential average over the last values of a list, begun as TA-Lib begins it. */
export const MACROS: readonly string[] = [
  `CREATE OR REPLACE MACRO ema(xs, n) AS CASE WHEN len(xs) < n THEN NULL ELSE
     (1 - 2 / (n + 1)) ** (len(xs) - n) * list_avg(xs[1:n])
     + coalesce(list_sum(list_transform(xs[n + 1:],
         lambda x, i: x * 2 / (n + 1) * (1 - 2 / (n + 1)) ** (len(xs) - n - i))), 0) END`,
];
