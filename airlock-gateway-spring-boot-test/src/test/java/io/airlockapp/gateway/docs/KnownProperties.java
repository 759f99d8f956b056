/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The configuration properties that editors know.
 */
final class KnownProperties {

	private static final String LOCATION = "META-INF/spring-configuration-metadata.json";

	private static final String DURABLE = "airlock.gateway.durable.";

	private static final Map<String, String> TYPES = read();

	private KnownProperties() {
	}

	private static Map<String, String> read() {
		Map<String, String> types = new TreeMap<>();
		try {
			for (URL url : Collections.list(KnownProperties.class.getClassLoader().getResources(LOCATION))) {
				try (InputStream stream = url.openStream()) {
					for (JsonNode property : JsonMapper.shared().readTree(stream).path("properties")) {
						types.put(property.path("name").stringValue(), property.path("type").stringValue(""));
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return types;
	}

	/**
	 * Find a property by its name, or by the name of an entry if it is a map.
	 * @return the name and the type of the property, or {@code null} if there is none
	 */
	static Map.@Nullable Entry<String, String> find(String name) {
		String type = TYPES.get(name);
		if (type != null) {
			return Map.entry(name, type);
		}
		for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
			String parent = name.substring(0, dot);
			type = TYPES.get(parent);
			if (type != null && type.startsWith("java.util.Map")) {
				return Map.entry(parent, type);
			}
		}
		return null;
	}

	/**
	 * Return whether a property is one of the module for durable approvals. That module
	 * depends on this one, and has a test of its own for these names.
	 */
	static boolean isDurable(String name) {
		return name.startsWith(DURABLE);
	}

	static Set<String> names() {
		return TYPES.keySet();
	}

	/**
	 * Return whether properties begin with a name.
	 */
	static boolean isGroup(String name) {
		return TYPES.keySet().stream().anyMatch((property) -> property.startsWith(name + "."));
	}

}
