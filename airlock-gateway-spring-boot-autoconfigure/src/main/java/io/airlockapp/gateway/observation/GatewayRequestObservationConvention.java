/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

import org.springframework.http.HttpStatus;
import org.springframework.http.client.observation.ClientRequestObservationContext;
import org.springframework.http.client.observation.DefaultClientRequestObservationConvention;

/**
 * Names the observations of requests to the gateway, {@code airlock.gateway.requests} by
 * default. A bean of this type replaces the default.
 */
public class GatewayRequestObservationConvention extends DefaultClientRequestObservationConvention {

	/**
	 * Create a convention with the default name.
	 */
	public GatewayRequestObservationConvention() {
		super("airlock.gateway.requests");
	}

	@Override
	protected KeyValue uri(ClientRequestObservationContext context) {
		KeyValue uri = super.uri(context);
		int query = uri.getValue().indexOf('?');
		return (query < 0) ? uri : KeyValue.of(uri.getKey(), uri.getValue().substring(0, query));
	}

	/**
	 * Return the status, or one value for all that Spring does not know, since the
	 * gateway could otherwise cause hundreds of time series.
	 */
	@Override
	protected KeyValue status(ClientRequestObservationContext context) {
		KeyValue status = super.status(context);
		boolean number = Character.isDigit(status.getValue().charAt(0));
		return (number && HttpStatus.resolve(Integer.parseInt(status.getValue())) == null)
				? KeyValue.of(status.getKey(), "OTHER") : status;
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ClientRequestObservationContext context) {
		// The URL contains nonces of pairings
		return KeyValues.empty();
	}

}
