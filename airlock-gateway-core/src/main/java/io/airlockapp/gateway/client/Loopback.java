/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Detects URLs whose host is this machine.
 */
public final class Loopback {

	private static final Pattern HOST = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]",
			Pattern.CASE_INSENSITIVE);

	private Loopback() {
	}

	/**
	 * Return whether the host of a URL is certainly this machine. Names are not resolved.
	 * @param uri the URL
	 * @return {@code true} if the host is a usual loopback address or {@code localhost}
	 */
	public static boolean isLoopback(URI uri) {
		return uri.getHost() != null && HOST.matcher(uri.getHost()).matches();
	}

}
