/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Durations;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Verifies that all properties of the gateway exist and mean what they say. Spring Boot
 * ignores a misspelt one, which may be the exclusion of the requester, or the principals
 * of two pairings, which would count as two persons.
 *
 * @param environment the environment with the properties
 */
record GatewayPropertiesVerifier(Environment environment) {

	private static final ConfigurationPropertyName GATEWAY = ConfigurationPropertyName.of("airlock.gateway");

	/**
	 * The properties of a module that may be absent.
	 */
	private static final ConfigurationPropertyName DURABLE = GATEWAY.append("durable");

	private static final String DURABLE_PROPERTIES = "io.airlockapp.gateway.durable.autoconfigure.AirlockDurableProperties";

	private static final ConfigurationPropertyName PAIRING = GATEWAY.append("pairing");

	private static final ConfigurationPropertyName PAIRINGS = GATEWAY.append("pairings");

	/**
	 * The properties that decide which beans exist. The conditions of Spring Boot compare
	 * their texts, so that {@code yes} binds to {@code true} and yet is not it.
	 */
	private static final List<String> READ_BY_CONDITIONS = List.of("approval.journal", "auth.device-login.enabled",
			"consent.check-at-start", "durable.enabled", "durable.worker", "enabled", "halt.store",
			"pairing.store.type", "presence.enabled", "rate-limit.store", "web.problem-details.enabled");

	private static final Pattern INDEX = Pattern.compile("\\d+");

	private static final String VARIABLES = "airlock_gateway_";

	/**
	 * The variables that Kubernetes sets for services whose names begin like the gateway.
	 */
	private static final Pattern OF_SERVICE = Pattern.compile("(.+_)?(service_(host|port.*)|port(_\\d+_.+)?)");

	private static final Log logger = LogFactory.getLog(GatewayPropertiesVerifier.class);

	/**
	 * Refuse properties that do not exist, and durations without a unit. Warn of
	 * environment variables that are no properties, and of the signer keys of a pairing
	 * in several sources.
	 * @throws AirlockConfigurationException if there is one
	 */
	void verify() {
		Map<ConfigurationPropertyName, Class<?>> types = new LinkedHashMap<>();
		types.put(GATEWAY, AirlockGatewayProperties.class);
		boolean durable = isDurablePresent();
		if (durable) {
			types.put(DURABLE, ClassUtils.resolveClassName(DURABLE_PROPERTIES, getClass().getClassLoader()));
		}
		types.forEach(this::verify);
		READ_BY_CONDITIONS.stream().map(GATEWAY::append).forEach((property) -> {
			ConfigurationPropertyName prefix = DURABLE.isAncestorOf(property) ? DURABLE : GATEWAY;
			Class<?> type = types.get(prefix);
			if (type != null) {
				requireExactValue(property,
						KnownName.find(property, prefix, ResolvableType.forClass(type)).type().toClass());
			}
		});
		List<String> variables = findVariables(durable);
		if (!variables.isEmpty()) {
			warn(variables, types);
		}
		warnOfMergedKeys();
	}

	private static boolean isDurablePresent() {
		return ClassUtils.isPresent(DURABLE_PROPERTIES, GatewayPropertiesVerifier.class.getClassLoader());
	}

	private void verify(ConfigurationPropertyName prefix, Class<?> type) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource names && hasExactNames(source)) {
				names.stream()
					.filter((name) -> prefix.isAncestorOf(name) && DURABLE.isAncestorOf(name) == prefix.equals(DURABLE))
					.map((name) -> KnownName.find(name, prefix, ResolvableType.forClass(type)))
					.forEach((known) -> verify(known, source));
			}
		}
	}

	private void verify(KnownName known, ConfigurationPropertySource source) {
		boolean exists = known.name().equals(known.property());
		if (exists && known.type().toClass() != Duration.class) {
			return;
		}
		String value = value(source.getConfigurationProperty(known.property()));
		if (exists) {
			requireUnit(known.property(), value);
		}
		else if (StringUtils.hasText(value)) {
			throw known.toException();
		}
	}

	private static void requireUnit(ConfigurationPropertyName property, String value) {
		AirlockConfigurationException.throwIf(Durations.isWithoutUnit(value), property.toString(),
				Durations.UNIT_IS_MISSING, "Write the unit, as in '30s', '5m' or '500ms'.");
	}

	private void requireExactValue(ConfigurationPropertyName property, Class<?> type) {
		String value = this.environment.getProperty(property.toString());
		List<String> values = type.isEnum() ? Arrays.stream(type.getEnumConstants())
			.map((constant) -> constant.toString().toLowerCase(Locale.ROOT))
			.toList() : List.of("true", "false");
		AirlockConfigurationException.throwIf(value != null && values.stream().noneMatch(value::equalsIgnoreCase),
				property.toString(), "it is not exactly one of '%s'".formatted(String.join("', '", values)),
				"Set one of them, without blanks, or remove the property.");
	}

	/**
	 * Warn of the signer keys of a pairing that several sources have, such as the file of
	 * a profile: Spring Boot adds those of a map, while it replaces all other properties.
	 */
	private void warnOfMergedKeys() {
		Map<ConfigurationPropertyName, Map<ConfigurationPropertyName, String>> keys = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource names
					&& source.getUnderlyingSource() instanceof PropertySource<?> file) {
				names.stream()
					.filter(GatewayPropertiesVerifier::isSignerKey)
					.forEach((name) -> keys
						.computeIfAbsent(name.chop(signerKeysAt(name) + 1), (pairing) -> new LinkedHashMap<>())
						.putIfAbsent(name, file.getName()));
			}
		}
		keys.forEach((pairing, sources) -> {
			if (Set.copyOf(sources.values()).size() > 1) {
				logger.warn("Approvals by each key of '%s' are accepted, also if it comes from another source: %s"
					.formatted(pairing,
							sources.entrySet()
								.stream()
								.map((key) -> "'%s' from %s".formatted(key.getKey().getLastElement(Form.ORIGINAL),
										key.getValue()))
								.collect(Collectors.joining(", "))));
			}
		});
	}

	private static boolean isSignerKey(ConfigurationPropertyName name) {
		int index = signerKeysAt(name);
		return (PAIRING.isAncestorOf(name) || PAIRINGS.isAncestorOf(name)) && name.getNumberOfElements() > index + 1
				&& name.getElement(index, Form.UNIFORM).equals("signerkeys");
	}

	private static int signerKeysAt(ConfigurationPropertyName name) {
		return PAIRING.isAncestorOf(name) ? PAIRING.getNumberOfElements() : PAIRINGS.getNumberOfElements() + 1;
	}

	/**
	 * Find the environment variables with the name of the gateway, without those of
	 * services and of a module that is absent.
	 */
	private List<String> findVariables(boolean durable) {
		List<String> variables = new ArrayList<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource environment) {
				for (String variable : environment.getPropertyNames()) {
					String name = variable.toLowerCase(Locale.ROOT);
					String words = name.startsWith(VARIABLES) ? name.substring(VARIABLES.length()) : "";
					if (!words.isEmpty() && !OF_SERVICE.matcher(words).matches()
							&& (durable || !words.startsWith("durable_"))) {
						variables.add(variable);
					}
				}
			}
		}
		return variables;
	}

	/**
	 * Warn of environment variables that Spring Boot does not bind. They may belong to
	 * something else, so they do not prevent the start.
	 */
	private void warn(List<String> variables, Map<ConfigurationPropertyName, Class<?>> types) {
		Set<String> bound = new HashSet<>();
		Map<ConfigurationPropertyName, ConfigurationProperty> durations = new LinkedHashMap<>();
		types.forEach((prefix, type) -> Binder.get(this.environment)
			.bind(prefix, Bindable.of(type), new BoundVariables(bound, durations)));
		durations.forEach((name, property) -> requireUnit(name, value(property)));
		variables.stream()
			.filter((variable) -> !bound.contains(variable))
			.forEach((variable) -> logger
				.warn("The environment variable '%s' is no property, so it has no effect unless something refers to it"
					.formatted(variable)));
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
	 * Return the value of a property, or an empty text. A property without a value is not
	 * bound.
	 */
	private String value(@Nullable ConfigurationProperty property) {
		return (property != null) ? this.environment.resolvePlaceholders(String.valueOf(property.getValue())) : "";
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
					? (INDEX.matcher(next.getLastElement(Form.UNIFORM)).matches() ? type.asCollection().getGeneric(0)
							: ResolvableType.NONE)
					: properties(type).entrySet()
						.stream()
						.filter((below) -> name.append(below.getKey()).equals(next))
						.map((below) -> ResolvableType.forType(below.getValue()))
						.findFirst()
						.orElse(ResolvableType.NONE);
			return (nextType != ResolvableType.NONE) ? find(property, next, nextType)
					: new KnownName(property, name, type);
		}

		private AirlockConfigurationException toException() {
			Stream<String> durable = (this.name.equals(GATEWAY) && isDurablePresent())
					? Stream.of(DURABLE.getLastElement(Form.DASHED)) : Stream.empty();
			String names = Stream.concat(properties(this.type).keySet().stream(), durable)
				.map((name) -> "'%s'".formatted(name))
				.collect(Collectors.joining(", "));
			return AirlockConfigurationException.ofProperty(this.property.toString(), "there is no such property",
					names.isEmpty()
							? "Remove it, or correct its name: '%s' has no further properties.".formatted(this.name)
							: "Correct its name: the names below '%s' are %s.".formatted(this.name, names));
		}

		/**
		 * Return the names and types of the parameters by which Spring Boot binds the
		 * properties below one.
		 */
		private static Map<String, Type> properties(ResolvableType type) {
			Map<String, Type> properties = new LinkedHashMap<>();
			if (type.toClass().isRecord()) {
				Constructor<?> constructor = type.toClass().getDeclaredConstructors()[0];
				// Read at once, since to ask a parameter is to read those of all
				Annotation[][] annotations = constructor.getParameterAnnotations();
				Parameter[] parameters = constructor.getParameters();
				for (int i = 0; i < parameters.length; i++) {
					properties.put(nameOf(parameters[i], annotations[i]), parameters[i].getParameterizedType());
				}
			}
			return properties;
		}

		private static String nameOf(Parameter parameter, Annotation[] annotations) {
			return Arrays.stream(annotations)
				.filter(Name.class::isInstance)
				.map((annotation) -> ((Name) annotation).value())
				.findFirst()
				.orElseGet(() -> DataObjectPropertyName.toDashedForm(parameter.getName()));
		}

	}

	/**
	 * Collects the names of the properties that are bound, as their sources have them.
	 *
	 * @param names the names
	 * @param durations the properties that are durations
	 */
	private record BoundVariables(Set<String> names,
			Map<ConfigurationPropertyName, ConfigurationProperty> durations) implements BindHandler {

		@Override
		public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
				BindContext context) {
			for (ConfigurationPropertySource source : context.getSources()) {
				ConfigurationProperty property = source.getConfigurationProperty(name);
				if (property != null && property.getOrigin() instanceof PropertySourceOrigin origin) {
					this.names.add(origin.getPropertyName());
					if (target.getType().toClass() == Duration.class) {
						this.durations.putIfAbsent(name, property);
					}
				}
			}
			return target;
		}

		@Override
		public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Exception error) {
			// Reported by those who need the value
			return null;
		}

	}

}
