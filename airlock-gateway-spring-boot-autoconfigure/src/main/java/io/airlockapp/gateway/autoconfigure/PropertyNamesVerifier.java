/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Verifies that all properties of the gateway exist. Spring Boot ignores a misspelt one,
 * which may be the exclusion of the requester, or the principals of two pairings, which
 * would count as two persons.
 */
final class PropertyNamesVerifier {

	private static final ConfigurationPropertyName GATEWAY = ConfigurationPropertyName.of("airlock.gateway");

	/**
	 * The properties of a module that may be absent.
	 */
	private static final ConfigurationPropertyName DURABLE = GATEWAY.append("durable");

	private static final String DURABLE_PROPERTIES = "io.airlockapp.gateway.durable.autoconfigure.AirlockDurableProperties";

	private final Environment environment;

	PropertyNamesVerifier(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Refuse properties that do not exist.
	 * @throws AirlockConfigurationException if there is one
	 */
	void verify() {
		verify(GATEWAY, AirlockGatewayProperties.class);
		ClassLoader classLoader = getClass().getClassLoader();
		if (ClassUtils.isPresent(DURABLE_PROPERTIES, classLoader)) {
			verify(DURABLE, ClassUtils.resolveClassName(DURABLE_PROPERTIES, classLoader));
		}
	}

	private void verify(ConfigurationPropertyName prefix, Class<?> type) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource names && hasExactNames(source)) {
				names.stream()
					.filter((name) -> prefix.isAncestorOf(name) && DURABLE.isAncestorOf(name) == prefix.equals(DURABLE))
					.map((name) -> KnownName.find(name, prefix, ResolvableType.forClass(type)))
					.filter((known) -> !known.name().equals(known.property()) && hasValue(known.property(), source))
					.findFirst()
					.ifPresent((known) -> {
						throw known.toException();
					});
			}
		}
	}

	/**
	 * Return whether the names in a source are those of properties. An environment
	 * variable can have one that belongs to something else.
	 */
	private static boolean hasExactNames(ConfigurationPropertySource source) {
		return new UnboundElementsSourceFilter().apply(source)
				&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource);
	}

	/**
	 * Return whether a property has a value. One without is not bound.
	 */
	private boolean hasValue(ConfigurationPropertyName name, ConfigurationPropertySource source) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		return property != null
				&& StringUtils.hasText(this.environment.resolvePlaceholders(String.valueOf(property.getValue())));
	}

	/**
	 * The longest part of a name that exists.
	 *
	 * @param property the name
	 * @param name the part
	 * @param type the type that the part is bound to
	 */
	private record KnownName(ConfigurationPropertyName property, ConfigurationPropertyName name, ResolvableType type) {

		private static KnownName find(ConfigurationPropertyName property, ConfigurationPropertyName name,
				ResolvableType type) {
			if (!name.isAncestorOf(property)) {
				return new KnownName(property, name, type);
			}
			ConfigurationPropertyName next = property.chop(name.getNumberOfElements() + 1);
			if (Map.class.isAssignableFrom(type.toClass())) {
				ResolvableType valueType = type.asMap().getGeneric(1);
				// The key of a text may contain dots
				return find(property, valueType.toClass().isRecord() ? next : property, valueType);
			}
			ResolvableType nextType = Collection.class.isAssignableFrom(type.toClass())
					? type.asCollection().getGeneric(0)
					: parameters(type).filter((parameter) -> name.append(nameOf(parameter)).equals(next))
						.map((parameter) -> ResolvableType.forType(parameter.getParameterizedType()))
						.findFirst()
						.orElse(ResolvableType.NONE);
			return (nextType != ResolvableType.NONE) ? find(property, next, nextType)
					: new KnownName(property, name, type);
		}

		private AirlockConfigurationException toException() {
			String names = parameters(this.type).map(KnownName::nameOf)
				.map((name) -> "'%s'".formatted(name))
				.collect(Collectors.joining(", "));
			return AirlockConfigurationException.ofProperty(this.property.toString(), "there is no such property",
					names.isEmpty()
							? "Remove it, or correct its name: '%s' has no further properties.".formatted(this.name)
							: "Correct its name: the names below '%s' are %s.".formatted(this.name, names));
		}

		/**
		 * Return the parameters by which Spring Boot binds the properties below one.
		 */
		private static Stream<Parameter> parameters(ResolvableType type) {
			return type.toClass().isRecord()
					? Arrays.stream(type.toClass().getDeclaredConstructors()[0].getParameters()) : Stream.empty();
		}

		private static String nameOf(Parameter parameter) {
			Name name = parameter.getAnnotation(Name.class);
			return (name != null) ? name.value() : DataObjectPropertyName.toDashedForm(parameter.getName());
		}

	}

}
