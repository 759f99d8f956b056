/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
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

	/**
	 * Return whether a request to a URL may reach this machine or its link, in any
	 * spelling. Names are resolved.
	 * @param uri the URL
	 * @return {@code true} if an address of the host is a loopback, an unspecified or a
	 * link-local address
	 */
	public static boolean isReachedBy(URI uri) {
		if (uri.getHost() == null) {
			return false;
		}
		try {
			return Arrays.stream(InetAddress.getAllByName(uri.getHost()))
				.anyMatch((address) -> address.isLoopbackAddress() || address.isAnyLocalAddress()
						|| address.isLinkLocalAddress());
		}
		catch (UnknownHostException ex) {
			// A request fails likewise
			return false;
		}
	}

}
