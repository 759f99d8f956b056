package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.Ticker;

/**
 * What pairing needs besides the store.
 *
 * @param gateway the gateway
 * @param enforcer who pairs
 * @param gatewayUrl the gateway's URL, as this application and the phone know it
 * @param pollInterval how long to wait between two questions whether a pairing is
 * completed
 * @param clock the time of day
 * @param ticker elapsed time
 */
public record PairingEnvironment(AirlockGatewayOperations gateway, Enforcer enforcer, String gatewayUrl,
		Duration pollInterval, InstantSource clock, Ticker ticker) {
}
