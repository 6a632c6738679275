import { formatUnits } from '../decimal.ts';
import type { Instrument } from '../tape/instrument.ts';
import type { Endpoint } from './endpoint.ts';
import { SYMBOL_STATUSES } from './parameters.ts';

export const ping: Endpoint = ({ parameters }) => {
  parameters.end();
  return { weight: 1, answer: () => ({}) };
};

export const time: Endpoint = ({ parameters, market, unit }) => {
  parameters.end();
  return { weight: 1, answer: () => ({ serverTime: market.now * unit }) };
};

export const exchangeInfo: Endpoint = ({ parameters, market, unit, weightLimit }) => {
  const asked = parameters.symbols();
  const permissions = parameters.text('permissions');
  parameters.text('showPermissionSets');
  const status = parameters.oneOf('symbolStatus', SYMBOL_STATUSES, 'TRADING');
  parameters.end();
  return {
    weight: 20,
    answer: () => {
      const listed = status === 'TRADING' && (permissions === undefined || permissions.includes('SPOT'));
      const symbols = listed ? (asked?.symbols ?? [...market.instruments.keys()]) : [];
      return {
        timezone: 'UTC',
        serverTime: market.now * unit,
        rateLimits: [
          { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightLimit },
          { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
          { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
          { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
        ],
        exchangeFilters: [],
        symbols: symbols.map((symbol) => listing(market.instruments.get(symbol)!)),
      };
    },
  };
};

function listing({ symbol, baseAsset, quoteAsset, priceDecimals, quantityDecimals }: Instrument) {
  const tick = formatUnits(1, priceDecimals);
  const lot = formatUnits(1, quantityDecimals);
  return {
    symbol,
    status: 'TRADING',
    baseAsset,
    baseAssetPrecision: 8,
    quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: [
      'LIMIT',
      'LIMIT_MAKER',
      'MARKET',
      'STOP_LOSS',
      'STOP_LOSS_LIMIT',
      'TAKE_PROFIT',
      'TAKE_PROFIT_LIMIT',
    ],
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: formatUnits(1_000_000, 0), tickSize: tick },
      { filterType: 'LOT_SIZE', minQty: lot, maxQty: formatUnits(9_000_000, 0), stepSize: lot },
      { filterType: 'ICEBERG_PARTS', limit: 10 },
      {
        filterType: 'MARKET_LOT_SIZE',
        minQty: formatUnits(0, 0),
        maxQty: formatUnits(1_000_000, 0),
        stepSize: formatUnits(0, 0),
      },
      {
        filterType: 'NOTIONAL',
        minNotional: formatUnits(5, 0),
        applyMinToMarket: true,
        maxNotional: formatUnits(9_000_000, 0),
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    ],
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'],
  };
}
