-- From messages to trades. Each message ends as a trade of silver_trades, as a row of quarantine, or waits in the state
-- of silver_settled until the watermark passes it. A message {"clock": <epoch µs>, "event_time": …, "source": …} is no
-- trade: it says that the market's time has come so far, and closes what is before it; where the market has ended,
-- `event_time` is that of its last trade.

-- What a message says. `problem` is why it is none of these trades.
CREATE TEMPORARY VIEW parsed_messages AS
SELECT *,
  CASE
    WHEN message IS NULL THEN 'no JSON object'
    WHEN message.source IS NULL OR message.source NOT IN ('live', 'simulated', 'recorded') THEN 'no good source'
    WHEN greatest(trade_time, event_time) > timestamp + INTERVAL ${candlebook.ahead}
      THEN 'its time is ahead of the message'
    WHEN message.clock < 0 THEN 'no good clock'
    WHEN message.clock IS NOT NULL THEN NULL
    WHEN message.symbol IS NULL OR message.symbol = '' OR contains(message.symbol, '\uFFFD')
      OR NOT text RLIKE '"symbol"\\s*:\\s*"' THEN 'no good symbol'
    WHEN message.tradeId IS NULL OR NOT message.tradeId BETWEEN 0 AND 9007199254740991 THEN 'no good tradeId'
    WHEN message.price IS NULL OR isnan(message.price) OR NOT message.price BETWEEN 0 AND 1.7976931348623157E308D
      OR message.price = 0 THEN 'no good price'
    WHEN message.quantity IS NULL OR isnan(message.quantity)
      OR NOT message.quantity BETWEEN 0 AND 1.7976931348623157E308D THEN 'no good quantity'
    WHEN message.buyerIsMaker IS NULL THEN 'no good buyerIsMaker'
    WHEN message.trade_time IS NULL OR message.trade_time < 0 THEN 'no good trade_time'
    WHEN message.event_time IS NULL OR message.event_time < 0 THEN 'no good event_time'
  END AS problem
FROM (
  SELECT *, timestamp_micros(coalesce(message.clock, message.trade_time)) AS trade_time,
    timestamp_micros(message.event_time) AS event_time
  FROM (
    SELECT *, from_json(text, 'symbol STRING, tradeId BIGINT, price DOUBLE, quantity DOUBLE, buyerIsMaker BOOLEAN,
      trade_time BIGINT, event_time BIGINT, source STRING, clock BIGINT') AS message
    -- Not decode(): it ends the run at bytes that are no UTF-8. What is wrong with them becomes U+FFFD here.
    FROM (SELECT *, make_valid_utf8(CAST(value AS STRING)) AS text FROM STREAM(bronze_events))
  )
);

-- How far the market's time had come with each batch of bronze.
CREATE STREAMING TABLE silver_clock (
  `processing_time` TIMESTAMP COMMENT 'of the batch of bronze',
  `newest_trade` TIMESTAMP COMMENT 'newest trade_time of the batch'
)
COMMENT 'How far the time of the market had come with each batch of bronze'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT processing_time, max(trade_time) AS newest_trade
FROM STREAM(parsed_messages) WATERMARK processing_time DELAY OF INTERVAL 0 SECONDS
WHERE problem IS NULL AND message.source = '${candlebook.source}'
GROUP BY processing_time;

-- A trade is late when it is not newer than the watermark was before its batch of bronze. The watermark of silver_settled
-- is never ahead of that, so that Spark itself drops nothing. A run that was killed may leave the clock of the last batch
-- open: what the clock says of those before it holds then.
CREATE TEMPORARY VIEW judged_messages AS
SELECT *,
  CASE
    WHEN problem IS NOT NULL THEN 'malformed'
    WHEN message.source <> '${candlebook.source}' THEN 'source'
    WHEN trade_time <= newest_before - INTERVAL ${candlebook.watermark} THEN 'late'
  END AS reason
FROM (
  SELECT m.*, IF(c.batch IS NULL, w.newest, c.newest_before) AS newest_before
  FROM STREAM(parsed_messages) m
  LEFT JOIN (
    SELECT processing_time AS batch, max(newest_trade) OVER (
      ORDER BY processing_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newest_before
    FROM silver_clock
  ) c ON m.processing_time = c.batch
  LEFT JOIN (SELECT max(newest_trade) AS newest FROM silver_clock) w ON true
);

-- The trades to be settled. Of a message that moves the clock there is a row without a symbol at its time, which moves
-- the watermark, and one at the watermark, which is passed on and moves that of the streams after this one.
CREATE TEMPORARY VIEW arriving_trades AS
SELECT message.symbol, message.tradeId, message.price, message.quantity, message.buyerIsMaker,
  IF(is_passed_on, trade_time - INTERVAL ${candlebook.watermark}, trade_time) AS trade_time,
  event_time, topic, partition, offset, timestamp
FROM STREAM(judged_messages)
LATERAL VIEW explode(IF(message.clock IS NULL, array(false), array(false, true))) clock AS is_passed_on
WHERE reason IS NULL;

-- Trades that the watermark has passed, each once, with the number of its messages. They come in the order of time, so
-- that the streams that read them need to wait for none.
CREATE STREAMING TABLE silver_settled (
  `symbol` STRING COMMENT 'pair as the exchange lists it; null in a row that only moves the clock',
  `tradeId` BIGINT COMMENT 'consecutive within the symbol',
  `price` DOUBLE COMMENT 'in the quote asset',
  `quantity` DOUBLE COMMENT 'in the base asset',
  `buyerIsMaker` BOOLEAN COMMENT 'true when the buyer\'s order was waiting in the book',
  `trade_time` TIMESTAMP COMMENT 'when the exchange matched it',
  `event_time` TIMESTAMP COMMENT 'when the exchange stated it',
  `messages` BIGINT COMMENT 'how many state it',
  `topic` STRING COMMENT 'of the message',
  `partition` INT COMMENT 'of the topic',
  `offset` BIGINT COMMENT 'within the partition',
  `timestamp` TIMESTAMP COMMENT 'when the publisher sent the last of them',
  `processing_time` TIMESTAMP COMMENT 'when the pipeline took it',
  `date` DATE COMMENT 'day of trade_time, UTC'
)
PARTITIONED BY (date)
COMMENT 'Trades that the watermark has passed, each once, in the order of their times'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT symbol, tradeId, first.price, first.quantity, first.buyerIsMaker, trade_time, first.event_time, messages,
  last.topic, last.partition, last.offset, last.timestamp, current_timestamp() AS processing_time,
  to_date(trade_time) AS date
FROM (
  SELECT symbol, tradeId, trade_time, count(*) AS messages,
    min_by(struct(price, quantity, buyerIsMaker, event_time), offset) AS first,
    max_by(struct(topic, partition, offset, timestamp), offset) AS last
  FROM STREAM(arriving_trades) WATERMARK trade_time DELAY OF INTERVAL ${candlebook.watermark}
  GROUP BY symbol, tradeId, trade_time
);

CREATE STREAMING TABLE silver_trades (
  `symbol` STRING COMMENT 'pair as the exchange lists it, such as BTCUSDT',
  `tradeId` BIGINT COMMENT 'consecutive within the symbol',
  `price` DOUBLE COMMENT 'in the quote asset',
  `quantity` DOUBLE COMMENT 'in the base asset',
  `buyerIsMaker` BOOLEAN COMMENT 'true when the buyer\'s order was waiting in the book',
  `trade_time` TIMESTAMP COMMENT 'when the exchange matched it',
  `event_time` TIMESTAMP COMMENT 'when the exchange stated it',
  `processing_time` TIMESTAMP COMMENT 'when it was taken here, by the local clock',
  `date` DATE COMMENT 'day of event_time, UTC'
)
PARTITIONED BY (date)
COMMENT 'Every trade once, as in raw/trades'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}')
AS SELECT symbol, tradeId, price, quantity, buyerIsMaker, trade_time, event_time, processing_time,
  to_date(event_time) AS date
FROM STREAM(silver_settled)
WHERE symbol IS NOT NULL;

CREATE STREAMING TABLE quarantine (
  `reason` STRING COMMENT 'malformed, source, late or duplicate',
  `detail` STRING COMMENT 'what is wrong with it',
  `messages` BIGINT COMMENT 'how many the row stands for: copies of a trade share one, that of the last of them',
  `symbol` STRING COMMENT 'pair as the exchange lists it, such as BTCUSDT',
  `tradeId` BIGINT COMMENT 'of the trade, where the message states one',
  `topic` STRING COMMENT 'of the message',
  `partition` INT COMMENT 'of the topic',
  `offset` BIGINT COMMENT 'within the partition',
  `timestamp` TIMESTAMP COMMENT 'when the publisher sent it',
  `key` STRING COMMENT 'of the message',
  `value` STRING COMMENT 'of the message',
  `processing_time` TIMESTAMP COMMENT 'when the pipeline took it',
  `date` DATE COMMENT 'day of timestamp, UTC'
)
PARTITIONED BY (date)
COMMENT 'Messages that are in no trade of silver, and why'
TBLPROPERTIES ('candlebook.source' = '${candlebook.source}');

CREATE FLOW refused_messages AS INSERT INTO quarantine BY NAME
SELECT reason,
  CASE reason
    WHEN 'malformed' THEN problem
    WHEN 'source' THEN concat('it is ', message.source, ', and this pipeline is of ${candlebook.source} trades')
    ELSE concat('of ', trade_time, ', when the watermark was at ', newest_before - INTERVAL ${candlebook.watermark})
  END AS detail,
  1L AS messages, message.symbol, message.tradeId, topic, partition, offset, timestamp,
  make_valid_utf8(CAST(key AS STRING)) AS key, text AS value, current_timestamp() AS processing_time,
  to_date(timestamp) AS date
FROM STREAM(judged_messages)
WHERE reason IS NOT NULL;

CREATE FLOW repeated_messages AS INSERT INTO quarantine BY NAME
SELECT 'duplicate' AS reason, concat(messages, ' messages state it') AS detail, messages - 1 AS messages, symbol, tradeId,
  topic, partition, offset, timestamp, symbol AS key, CAST(NULL AS STRING) AS value,
  current_timestamp() AS processing_time, to_date(timestamp) AS date
FROM STREAM(silver_settled)
WHERE messages > 1 AND symbol IS NOT NULL;
