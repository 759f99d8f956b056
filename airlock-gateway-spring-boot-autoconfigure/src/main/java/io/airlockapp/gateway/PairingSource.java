package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Where the current pairing comes from. Asked anew for each approval.
 */
@FunctionalInterface
public interface PairingSource {

	/**
	 * Return the pairing in force.
	 * @return the pairing, or {@code null} if the application is not paired
	 */
	@Nullable Pairing getPairing();

}
