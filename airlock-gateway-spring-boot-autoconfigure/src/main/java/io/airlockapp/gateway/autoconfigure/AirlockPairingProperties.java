package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of how pairings are made.
 */
@ConfigurationProperties("airlock.gateway.pairing")
class AirlockPairingProperties {

	/**
	 * Time between two questions whether a pairing is completed, from 1s to 1m.
	 */
	private Duration pollInterval = Duration.ofSeconds(4);

	public Duration getPollInterval() {
		return this.pollInterval;
	}

	public void setPollInterval(Duration pollInterval) {
		this.pollInterval = pollInterval;
	}

}
