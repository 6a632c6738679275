-- From trades to what people ask. Trades and candles come in the order of their times, so that no stream here waits for
-- late ones: a delay of a watermark is only the length of what is looked back on.

CREATE STREAMING TABLE gold_candles_1m (
  `symbol` STRING COMMENT 'pair as the exchange lists it, such as BTCUSDT',
  `interval` STRING COMMENT 'such as 1m, 1h, 1d',
  `open_time` TIMESTAMP COMMENT 'first moment of the candle',
  `open` DOUBLE COMMENT 'first price, in the quote asset',
  `high` DOUBLE COMMENT 'highest price, in the quote asset',
  `low` DOUBLE COMMENT 'lowest price, in the quote asset',
  `close` DOUBLE COMMENT 'last price, in the quote asset',
  `volume` DOUBLE COMMENT 'in the base asset',
  `close_time` TIMESTAMP COMMENT 'last millisecond of the candle',
  `quoteVolume` DOUBLE COMMENT 'in the quote asset',
  `tradeCount` BIGINT COMMENT 'number of trades',
  `takerBuyVolume` DOUBLE COMMENT 'bought by the aggressor, in the base asset',
  `takerBuyQuoteVolume` DOUBLE COMMENT 'bought by the aggressor, in the quote asset',
  `processing_time` TIMESTAMP COMMENT 'when it was taken here, by the local clock',
  `date` DATE COMMENT 'day of open_time, UTC'
)
PARTITIONED BY (date)
COMMENT 'Closed 1-minute candles, as in processed/candles'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT symbol, '1m' AS interval, minute.start AS open_time, open, high, low, close, volume,
  minute.end - INTERVAL 1 MILLISECOND AS close_time, quoteVolume, tradeCount, takerBuyVolume, takerBuyQuoteVolume,
  current_timestamp() AS processing_time, to_date(minute.start) AS date
FROM (
  SELECT symbol, window(trade_time, '1 minute') AS minute, min_by(price, tradeId) AS open, max(price) AS high,
    min(price) AS low, max_by(price, tradeId) AS close, sum(quantity) AS volume, sum(price * quantity) AS quoteVolume,
    count(symbol) AS tradeCount, sum(IF(buyerIsMaker, 0, quantity)) AS takerBuyVolume,
    sum(IF(buyerIsMaker, 0, price * quantity)) AS takerBuyQuoteVolume
  FROM STREAM(silver_settled) WATERMARK trade_time DELAY OF INTERVAL 0 SECONDS
  GROUP BY symbol, window(trade_time, '1 minute')
  HAVING count(symbol) > 0
);

-- A candle once for each of the bars that look back on it: the one that ends `age` minutes after it, at `bar_end`. The bar
-- of age 0 is the newest of which all candles are in, so that the watermark is set back by the others.
CREATE TEMPORARY VIEW bars_of_20 AS
SELECT *, open_time + make_dt_interval(0, 0, age + 1) AS bar_end
FROM STREAM(gold_candles_1m)
LATERAL VIEW explode(sequence(0, 19)) ages AS age;

CREATE TEMPORARY VIEW bars_of_21 AS
SELECT *, open_time + make_dt_interval(0, 0, age + 1) AS bar_end
FROM STREAM(gold_candles_1m)
LATERAL VIEW explode(sequence(0, 20)) ages AS age;

CREATE TEMPORARY VIEW bars_of_61 AS
SELECT *, open_time + make_dt_interval(0, 0, age + 1) AS bar_end
FROM STREAM(gold_candles_1m)
LATERAL VIEW explode(sequence(0, 60)) ages AS age;

CREATE STREAMING TABLE gold_moving_averages (
  `symbol` STRING COMMENT 'pair as the exchange lists it, such as BTCUSDT',
  `interval` STRING COMMENT 'of the candles: 1m',
  `open_time` TIMESTAMP COMMENT 'first moment of the newest candle',
  `close` DOUBLE COMMENT 'last price, in the quote asset',
  `sma5` DOUBLE COMMENT 'mean of the last 5 closes; null before there are so many',
  `sma10` DOUBLE COMMENT 'mean of the last 10 closes',
  `sma20` DOUBLE COMMENT 'mean of the last 20 closes',
  `processing_time` TIMESTAMP COMMENT 'when the pipeline took it',
  `date` DATE COMMENT 'day of open_time, UTC'
)
PARTITIONED BY (date)
COMMENT 'Averages of the closes of the last candles, where there is one for each minute'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT symbol, '1m' AS interval, bar_end - INTERVAL 1 MINUTE AS open_time, close, IF(bars5 = 5, sma5, NULL) AS sma5,
  IF(bars10 = 10, sma10, NULL) AS sma10, IF(bars20 = 20, sma20, NULL) AS sma20, current_timestamp() AS processing_time,
  to_date(bar_end - INTERVAL 1 MINUTE) AS date
FROM (
  SELECT symbol, bar_end, max(IF(age = 0, close, NULL)) AS close,
    avg(IF(age < 5, close, NULL)) AS sma5, count_if(age < 5) AS bars5,
    avg(IF(age < 10, close, NULL)) AS sma10, count_if(age < 10) AS bars10,
    avg(close) AS sma20, count(*) AS bars20
  FROM STREAM(bars_of_20) WATERMARK bar_end DELAY OF INTERVAL 19 MINUTES
  GROUP BY symbol, bar_end
  HAVING min(age) = 0
);

CREATE STREAMING TABLE gold_volatility (
  `symbol` STRING COMMENT 'pair as the exchange lists it, such as BTCUSDT',
  `interval` STRING COMMENT 'of the candles: 1m',
  `open_time` TIMESTAMP COMMENT 'first moment of the newest candle',
  `close` DOUBLE COMMENT 'last price, in the quote asset',
  `volatility` DOUBLE COMMENT 'sample deviation of 20 log returns, in percent a year',
  `processing_time` TIMESTAMP COMMENT 'when the pipeline took it',
  `date` DATE COMMENT 'day of open_time, UTC'
)
PARTITIONED BY (date)
COMMENT 'Realised volatility of the last 20 minutes, as the indicator volatility(20, "1m") has it'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT symbol, '1m' AS interval, bar_end - INTERVAL 1 MINUTE AS open_time, close,
  -- A year has 525,600 minutes.
  sqrt(aggregate(returns, 0D, (sum, r) -> sum + pow(r - mean, 2)) / 19) * 100 * sqrt(525600) AS volatility,
  current_timestamp() AS processing_time, to_date(bar_end - INTERVAL 1 MINUTE) AS date
FROM (
  SELECT *, aggregate(returns, 0D, (sum, r) -> sum + r) / 20 AS mean
  FROM (
    SELECT symbol, bar_end, get(closes, 0).close AS close,
      transform(sequence(0, 19), i -> ln(get(closes, i).close / get(closes, i + 1).close)) AS returns
    FROM (
      SELECT symbol, bar_end, array_sort(collect_list(struct(age, close))) AS closes
      FROM STREAM(bars_of_21) WATERMARK bar_end DELAY OF INTERVAL 20 MINUTES
      GROUP BY symbol, bar_end
      HAVING count(*) = 21
    )
  )
);

CREATE STREAMING TABLE gold_volume_spikes (
  `symbol` STRING COMMENT 'pair as the exchange lists it, such as BTCUSDT',
  `interval` STRING COMMENT 'of the candles: 1m',
  `open_time` TIMESTAMP COMMENT 'first moment of the candle',
  `volume` DOUBLE COMMENT 'in the base asset',
  `median_volume` DOUBLE COMMENT 'of the 60 candles before',
  `ratio` DOUBLE COMMENT 'volume in medians',
  `z_score` DOUBLE COMMENT 'distance from the median in deviations; 5 or more',
  `direction` STRING COMMENT 'up, down or flat',
  `processing_time` TIMESTAMP COMMENT 'when the pipeline took it',
  `date` DATE COMMENT 'day of open_time, UTC'
)
PARTITIONED BY (date)
COMMENT 'Candles whose volume stands out from that of the 60 before, as volumeSpikes() finds them'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT symbol, '1m' AS interval, bar_end - INTERVAL 1 MINUTE AS open_time, volume, median_volume,
  IF(median_volume = 0, double('Infinity'), volume / median_volume) AS ratio, z_score,
  CASE WHEN close > open THEN 'up' WHEN close < open THEN 'down' ELSE 'flat' END AS direction,
  current_timestamp() AS processing_time, to_date(bar_end - INTERVAL 1 MINUTE) AS date
FROM (
  SELECT *, IF(scale = 0, double('Infinity'), (volume - median_volume) / scale) AS z_score
  FROM (
    -- Where more than half of the volumes are equal, their mean distance stands in for the median one.
    SELECT *, IF(get(distances, 29) + get(distances, 30) > 0, (get(distances, 29) + get(distances, 30)) / 2 * 1.4826022185056018D,
      aggregate(distances, 0D, (sum, d) -> sum + d) / 60 * 1.2533141373155001D) AS scale
    FROM (
      SELECT *, array_sort(transform(before, v -> abs(v - median_volume))) AS distances
      FROM (
        SELECT *, (get(before, 29) + get(before, 30)) / 2 AS median_volume
        FROM (
          SELECT symbol, bar_end, max(IF(age = 0, open, NULL)) AS open, max(IF(age = 0, close, NULL)) AS close,
            max(IF(age = 0, volume, NULL)) AS volume,
            array_sort(collect_list(IF(age > 0, volume, NULL))) AS before
          FROM STREAM(bars_of_61) WATERMARK bar_end DELAY OF INTERVAL 60 MINUTES
          GROUP BY symbol, bar_end
          HAVING count(*) = 61
        )
      )
    )
    WHERE volume > median_volume AND volume >= 2 * median_volume
  )
)
WHERE z_score >= 5;

-- A candle for each quarter of an hour whose last 24 hours it lies in. Where the clock says that the market has ended, a
-- row without a symbol ends the quarter of its last trade; else the next candle does.
CREATE TEMPORARY VIEW candles_by_day AS
SELECT symbol, open_time, open, high, low, close, volume, quoteVolume,
  timestamp_seconds((first_quarter + later) * 900) AS event_time
FROM (
  SELECT *, CAST(ceil((unix_seconds(open_time) + 60) / 900) AS BIGINT) AS first_quarter FROM STREAM(gold_candles_1m)
)
LATERAL VIEW explode(sequence(0, 95)) quarters AS later
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  timestamp_seconds((CAST(floor(unix_seconds(event_time) / 900) AS BIGINT) + 97) * 900)
FROM STREAM(silver_settled)
WHERE symbol IS NULL AND event_time IS NOT NULL;

CREATE STREAMING TABLE gold_statistics_24h (
  `symbol` STRING COMMENT 'pair as the exchange lists it, such as BTCUSDT',
  `price` DOUBLE COMMENT 'last price, in the quote asset',
  `volume` DOUBLE COMMENT 'traded in 24 h, in the base asset',
  `priceChange` DOUBLE COMMENT 'against 24 h before, in the quote asset',
  `priceChangePercent` DOUBLE COMMENT 'the same in percent: 1.5 is +1.5 %',
  `highPrice` DOUBLE COMMENT 'highest price in 24 h, in the quote asset',
  `lowPrice` DOUBLE COMMENT 'lowest price in 24 h, in the quote asset',
  `quoteVolume` DOUBLE COMMENT 'traded in 24 h, in the quote asset',
  `event_time` TIMESTAMP COMMENT 'when the exchange stated it',
  `processing_time` TIMESTAMP COMMENT 'when it was taken here, by the local clock',
  `date` DATE COMMENT 'day of event_time, UTC',
  `hour` INT COMMENT 'hour of event_time, UTC, 0 to 23'
)
PARTITIONED BY (date)
COMMENT 'Statistics of the 24 hours up to event_time, each quarter of an hour, as in processed/tickers'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT symbol, close AS price, volume, close - open AS priceChange, (close - open) / open * 100 AS priceChangePercent,
  highPrice, lowPrice, quoteVolume, event_time, current_timestamp() AS processing_time, to_date(event_time) AS date,
  hour(event_time) AS hour
FROM (
  SELECT symbol, event_time, max_by(close, open_time) AS close, min_by(open, open_time) AS open, sum(volume) AS volume,
    max(high) AS highPrice, min(low) AS lowPrice, sum(quoteVolume) AS quoteVolume
  FROM STREAM(candles_by_day) WATERMARK event_time DELAY OF INTERVAL 24 HOURS
  GROUP BY symbol, event_time
  HAVING count(symbol) > 0
);

CREATE STREAMING TABLE gold_top_performers (
  `rank` INT COMMENT '1 rose most; equal changes share a rank',
  `symbol` STRING COMMENT 'pair as the exchange lists it, such as BTCUSDT',
  `price` DOUBLE COMMENT 'last price, in the quote asset',
  `priceChange` DOUBLE COMMENT 'against 24 h before, in the quote asset',
  `priceChangePercent` DOUBLE COMMENT 'the same in percent: 1.5 is +1.5 %',
  `quoteVolume` DOUBLE COMMENT 'traded in 24 h, in the quote asset',
  `event_time` TIMESTAMP COMMENT 'end of the 24 hours',
  `processing_time` TIMESTAMP COMMENT 'when the pipeline took it',
  `date` DATE COMMENT 'day of event_time, UTC'
)
PARTITIONED BY (date)
COMMENT 'The symbols of one moment, the greatest rise in 24 hours first'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT CAST(size(filter(market, other -> other.priceChangePercent > one.priceChangePercent)) + 1 AS INT) AS rank,
  one.symbol, one.price, one.priceChange, one.priceChangePercent, one.quoteVolume, event_time,
  current_timestamp() AS processing_time, to_date(event_time) AS date
FROM (
  SELECT event_time, collect_list(struct(symbol, price, priceChange, priceChangePercent, quoteVolume)) AS market
  FROM STREAM(gold_statistics_24h) WATERMARK event_time DELAY OF INTERVAL 0 SECONDS
  GROUP BY event_time
)
LATERAL VIEW explode(market) symbols AS one;
