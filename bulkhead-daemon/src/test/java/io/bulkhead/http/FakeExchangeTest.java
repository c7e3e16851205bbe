package io.bulkhead.http;

class FakeExchangeTest extends ExchangeContract {

    @Override
    protected Answer send(Ask ask, Handler handler) {
        return FakeExchange.send(ask, handler);
    }
}
